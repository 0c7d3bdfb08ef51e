import { decide } from '../src/payout/decide.js';
import type { Exchange, Facts } from '../src/payout/facts.js';
import type { Sighting } from '../src/payout/outcome.js';
import { countingExchanges, lastAttempt } from '../src/payout/verdict.js';
import type { StepInput, View } from '../src/payout/view.js';
import type { LedgerTransaction } from '../src/ledger/transaction.js';
import type { PayoutRequest } from '../src/payout/request.js';
import type { LookUpQuery } from '../src/providers/provider.js';
import { recallFacts } from './claim.js';
import type { Deps, ServedAccount } from './deps.js';
import { hostDiffers, rulesFor, serve } from './served.js';
import { expectStanding } from './standing.js';
import { record } from './record.js';

const CONTROLS = 20;

/** Reads the provider's records and writes down what they show. Never moves money, so it may run as often as it likes. */
export const lookUp =
  (deps: Deps) =>
  async (input: StepInput): Promise<View> =>
    lookAndRecord(deps, input);

/** `untold`: the carrier does not take this look itself, and is to be told. */
export async function lookAndRecord(deps: Deps, { reference, ledgerId }: StepInput, untold?: 'untold'): Promise<View> {
  const { ledger } = deps;
  const asked = await ledger.transaction(async (tx) => {
    await expectStanding(tx, ledgerId);
    return readQuestion(deps, tx, reference);
  });
  const served = serve(deps, asked.facts.claim.provider, asked.facts.claim.account);
  const sighting = await look(served, asked);
  return ledger.transaction(async (tx) => {
    const standing = await expectStanding(tx, ledgerId);
    const facts = await recallFacts(tx, reference);
    const ruling = decide(facts, rulesFor(served, standing), { kind: 'sighting', sighting });
    // A group reads the ledger for all of its payouts by itself.
    const isNews = ruling.status !== facts.state.status && !facts.group;
    return record(tx, standing, facts, ruling, isNews ? untold : undefined);
  });
}

export interface Question {
  readonly facts: Facts;
  readonly controls: readonly { reference: string; providerReference: string }[];
}

/** What has to be known before the provider is asked. */
export async function readQuestion(deps: Deps, tx: LedgerTransaction, reference: string): Promise<Question> {
  const facts = await recallFacts(tx, reference);
  const { claim, state } = facts;
  const wantsControls =
    state.providerReference === null && serve(deps, claim.provider, claim.account).provider.searchesByTag;
  const controls = wantsControls ? await tx.controls(claim, CONTROLS) : [];
  return { facts, controls };
}

/** One look at the provider's records. */
export async function look(served: ServedAccount, { facts, controls }: Question): Promise<Sighting> {
  const problem = hostDiffers(facts.claim, served);
  if (problem !== undefined) return { kind: 'unreadable', waitingFor: 'operator', because: problem };
  return askedAt(await served.account.lookUp(toQuery({ facts, controls })), facts.nowMs);
}

/** What a provider is asked about a payout. */
export function toQuery({ facts, controls }: Question): LookUpQuery<PayoutRequest> {
  const attempt = lastAttempt(facts);
  const snapshot = (countingExchanges(facts)[0] ?? facts.attempts[0]?.exchanges[0])?.snapshot;
  const { providerReference } = facts.state;
  return {
    request: facts.claim.request,
    ...(attempt?.subject ? { subject: attempt.subject } : {}),
    ...(attempt ? { call: attempt.call } : {}),
    ...(snapshot ? { snapshot } : {}),
    ...(providerReference === null ? {} : { providerReference }),
    isDoubtful: facts.attempts.some(({ exchanges }) => exchanges.some(isUnclear)),
    controls,
  };
}

/** It brought no answer that says what it did. */
const isUnclear = ({ outcomes }: Exchange): boolean => outcomes.every(({ outcome }) => outcome.kind === 'ambiguous');

/** What was written down after that is not contradicted by it. */
export const askedAt = (sighting: Sighting, askedAtMs: number): Sighting =>
  sighting.kind === 'present' || sighting.kind === 'absent' ? { ...sighting, askedAtMs } : sighting;
