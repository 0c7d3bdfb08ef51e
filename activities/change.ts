import { fieldsOf, isWithin, pickChange, type Change } from '../src/payout/change.js';
import { decide, type News } from '../src/payout/decide.js';
import { DecisionRefused, InvalidRequest } from '../src/payout/errors.js';
import type { DecisionMade, Facts } from '../src/payout/facts.js';
import type { Seen, Sighting } from '../src/payout/outcome.js';
import { isEnding, type Status } from '../src/payout/status.js';
import { countingExchanges, decideVerdict } from '../src/payout/verdict.js';
import type { DecisionInput, View } from '../src/payout/view.js';
import { decidedChange } from '../src/payout/wanted.js';
import { parseInstant } from '../src/providers/common-request.js';
import { checkRequest } from '../src/providers/parse-request.js';
import { amend } from './amend.js';
import { recallFacts } from './claim.js';
import type { Deps, ServedAccount } from './deps.js';
import { look, readQuestion } from './look-up.js';
import { rulesFor, serve } from './served.js';
import { expectStanding } from './standing.js';
import { record } from './record.js';

type ChangeInput = DecisionInput & { readonly decision: DecisionMade & { readonly kind: 'reschedule' } };

/**
 * Makes another date, description or metadata count, and carries it at once to a provider that has the payout and can change it. What
 * its records show now is read first. Returns where the payout then stands: too late, where the records show that.
 * Throws `DecisionRefused` or `InvalidRequest` naming the field where the ledger knows enough to refuse it.
 */
export async function makeChange(deps: Deps, { reference, ledgerId, decision, messageId }: ChangeInput): Promise<View> {
  const asked = await deps.ledger.transaction(async (tx) => {
    await expectStanding(tx, ledgerId);
    return readQuestion(deps, tx, reference);
  });
  const served = serve(deps, asked.facts.claim.provider, asked.facts.claim.account);
  const sighting = isAtProvider(asked.facts, served) ? await look(served, asked) : undefined;
  const news = newsOf(sighting);
  const view = await deps.ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, ledgerId);
    const facts = await recallFacts(tx, reference);
    const rules = rulesFor(served, standing);
    const shown = decide(facts, rules, news);
    const isNews = shown.status !== facts.state.status;
    if (isNews && !isChangeable(facts, shown.status, served)) return record(tx, standing, facts, shown);
    // Tried again because the answer was lost: it counted, and what would refuse it now no longer matters.
    if (!(await tx.isCounted(reference, messageId))) {
      const change = expectChange(facts, shown.status, served, decision, sighting);
      const isKnown = isWithin(change, decidedChange(facts.decisions));
      if (!isKnown) await tx.recordDecision(reference, { kind: 'reschedule', by: decision.by, ...change }, messageId);
    }
    const decided = await recallFacts(tx, reference);
    return record(tx, standing, decided, decide(decided, rules, news));
  });
  return view.next.do === 'amend' ? amend(deps)({ reference, ledgerId: view.ledgerId }) : view;
}

/** It has the payout, as far as is known, and may still change it. */
const isAtProvider = ({ state }: Facts, { account }: ServedAccount): boolean =>
  account.amend !== undefined &&
  state.providerReference !== null &&
  (state.status === 'created' || state.status === 'ready');

/** That nothing could be read is no news: the decision counts, and is carried there when they can be read. */
const newsOf = (sighting: Sighting | undefined): News =>
  sighting?.kind === 'present' || sighting?.kind === 'contradiction'
    ? { kind: 'sighting', sighting }
    : { kind: 'none' };

/** Nothing was sent, or the provider has it and can still change it. */
function isChangeable(facts: Facts, status: Status, { account }: ServedAccount): boolean {
  const verdict = decideVerdict(countingExchanges(facts), facts.nowMs);
  const nothingSent = !isEnding(status) && (verdict === 'none' || verdict === 'rejected');
  return nothingSent || (account.amend !== undefined && (status === 'created' || status === 'ready'));
}

/** The change in our form. Throws where it cannot be made, naming the field and why. */
function expectChange(
  facts: Facts,
  status: Status,
  served: ServedAccount,
  given: Change,
  sighting: Sighting | undefined,
): Change {
  const { reference } = facts.claim;
  if (!isChangeable(facts, status, served)) {
    const verb = given.scheduledAt === undefined ? 'change' : 'reschedule';
    throw new DecisionRefused(`too late to ${verb} ${reference}: it is ${status}`);
  }
  const change = toOurForm(facts, given);
  const kept = fieldsOf(change).filter((field) => field !== 'scheduledAt');
  for (const field of kept) expectKept(facts, served, field, sighting);
  return change;
}

function toOurForm({ claim, nowMs }: Facts, { scheduledAt, ...given }: Change): Change {
  const { description, metadata } = expectValid(claim.request, given);
  return pickChange({
    ...(scheduledAt === undefined ? {} : { scheduledAt: toInstant(scheduledAt, nowMs) }),
    ...(description === undefined ? {} : { description }),
    ...(metadata === undefined ? {} : { metadata }),
  });
}

/** By the provider's own schema, so that it refuses what a request would be refused for. */
function expectValid(request: Facts['claim']['request'], given: Omit<Change, 'scheduledAt'>): Change {
  const checked = checkRequest({ ...request, ...pickChange(given) });
  if ('request' in checked) return given;
  const asked: readonly string[] = fieldsOf(given);
  const problems = checked.problems.filter(({ field }) => field !== undefined && asked.includes(field));
  if (problems.length > 0) throw new InvalidRequest(problems.map(({ message }) => message).join('; '));
  return given;
}

/** In UTC. A date that is no instant, or that is past, moves nothing. */
function toInstant(text: string, nowMs: number): string {
  const instant = typeof text === 'string' ? parseInstant(text) : undefined;
  if (instant === undefined)
    throw new DecisionRefused('scheduledAt: is no instant of the calendar; write it like "2026-12-24T09:00:00Z"');
  if (Date.parse(instant) <= nowMs)
    throw new DecisionRefused(`scheduledAt: ${instant} is past; give a later instant, or start it without a date`);
  return instant;
}

/** What stands in a request that is written down is repeated with it, byte for byte; and what is not shown cannot be read back. */
function expectKept(
  facts: Facts,
  served: ServedAccount,
  field: 'description' | 'metadata',
  sighting: Sighting | undefined,
): void {
  const { provider, account } = served;
  if (account.amend === undefined) return;
  if (facts.attempts.length > 0 && !isAtProvider(facts, served))
    throw new DecisionRefused(
      `${field}: the request to ${provider.name} is written down, and is only ever repeated as it is; ` +
        'change it when the payout is ready there',
    );
  const seen: Seen | undefined = sighting?.kind === 'present' ? sighting.seen : undefined;
  if (seen && seen[field] === undefined)
    throw new DecisionRefused(
      `${field}: the records of ${provider.name} do not show it, so a change could not be read back`,
    );
}
