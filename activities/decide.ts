import { decide, type News, type Rules } from '../src/payout/decide.js';
import { DecisionRefused } from '../src/payout/errors.js';
import type { DecisionMade, Facts } from '../src/payout/facts.js';
import type { Sighting } from '../src/payout/outcome.js';
import { isEnding } from '../src/payout/status.js';
import { absenceKnowableAtMs, countingExchanges } from '../src/payout/verdict.js';
import type { DecisionInput, View } from '../src/payout/view.js';
import type { LedgerTransaction } from '../src/ledger/transaction.js';
import { makeChange } from './change.js';
import { recallFacts } from './claim.js';
import type { Deps, ServedAccount } from './deps.js';
import { look, readQuestion, type Question } from './look-up.js';
import { rulesFor, serve } from './served.js';
import { expectStanding } from './standing.js';
import { record } from './record.js';

/**
 * Makes a decision count: a ledger row with who and why, read by the paying transaction, so that a reset workflow cannot
 * forget it. Throws `DecisionRefused` with the reason where it cannot be taken.
 */
export const makeDecision =
  (deps: Deps) =>
  async ({ decision, ...input }: DecisionInput): Promise<View> => {
    if (decision.kind === 'reschedule') return makeChange(deps, { ...input, decision });
    const { reference, ledgerId, messageId } = input;
    const asked = await deps.ledger.transaction(async (tx) => {
      await expectStanding(tx, ledgerId);
      return readQuestion(deps, tx, reference);
    });
    const served = serve(deps, asked.facts.claim.provider, asked.facts.claim.account);
    const sighting = await lookBeforeWord(served, asked, decision);
    return deps.ledger.transaction(async (tx) => {
      const standing = await expectStanding(tx, ledgerId);
      const facts = await recallFacts(tx, reference);
      const rules = rulesFor(served, standing);
      if (sighting?.kind === 'present') {
        // The records outrank anybody's word, in either direction.
        return record(tx, standing, facts, decide(facts, rules, { kind: 'sighting', sighting }));
      }
      // Tried again because the answer was lost: it counted, and what would be asked before counting it no longer matters.
      if (await tx.isCounted(reference, messageId)) return record(tx, standing, facts, decide(facts, rules));
      if (!(await countDecision(tx, rules, facts, decision, messageId, sighting)))
        return record(tx, standing, facts, decide(facts, rules));
      const decided = await recallFacts(tx, reference);
      const news: News = sighting ? { kind: 'sighting', sighting } : { kind: 'none' };
      return record(tx, standing, decided, decide(decided, rules, news));
    });
  };

/** What is said of the payout. To ask for something else of it is another matter: see `change.ts`. */
type Said = Exclude<DecisionMade, { kind: 'reschedule' }>;

/** A fresh look comes before a person's word, and where somebody says that a payout which was called over was paid or goes on. */
async function lookBeforeWord(
  served: ServedAccount,
  question: Question,
  decision: Said,
): Promise<Sighting | undefined> {
  const { state, attempts } = question.facts;
  const isOver = (state.status === 'error' || state.status === 'canceled') && attempts.length > 0;
  const looks =
    decision.kind === 'resolve'
      ? state.status === 'in_doubt' || (isOver && decision.paid)
      : decision.kind === 'resume' && isOver;
  return looks ? look(served, question) : undefined;
}

/** Writes the decision where it can still mean something. False: it means nothing any more. */
async function countDecision(
  tx: LedgerTransaction,
  rules: Rules,
  facts: Facts,
  decision: Said,
  messageId: string,
  sighting: Sighting | undefined,
): Promise<boolean> {
  const { reference } = facts.claim;
  switch (decision.kind) {
    case 'cancel':
    case 'resume':
      return isEnding(facts.state.status) ? false : tx.recordDecision(reference, decision, messageId);
    case 'resolve':
      // Said of what the records have shown meanwhile: agreed, and nothing is left to decide.
      if (decision.paid && facts.state.status === 'sent') return false;
      expectResolvable(facts, rules, decision, sighting);
      return tx.recordDecision(reference, decision, messageId);
    default:
      return decision satisfies never;
  }
}

function expectResolvable(
  facts: Facts,
  rules: Rules,
  decision: Said & { kind: 'resolve' },
  sighting: Sighting | undefined,
): void {
  const { reference } = facts.claim;
  if (facts.state.status !== 'in_doubt')
    throw new DecisionRefused(`${reference} is ${facts.state.status}, not in doubt: there is nothing to resolve`);
  const knowableAtMs = absenceKnowableAtMs(countingExchanges(facts), rules.timing.settleMs);
  // A word rests on the look before it: one that was asked for too early is too early as well.
  const askedAtMs = sighting?.kind === 'absent' ? (sighting.askedAtMs ?? 0) : facts.nowMs;
  if (Math.min(facts.nowMs, askedAtMs) < knowableAtMs)
    throw new DecisionRefused(
      `too early: until ${new Date(knowableAtMs).toISOString()} the provider's records may still change by themselves`,
    );
  if (decision.payAgain && sighting?.kind === 'unreadable')
    throw new DecisionRefused(
      `the provider's records cannot be read (${sighting.because}), so ${reference} is not paid again`,
    );
}
