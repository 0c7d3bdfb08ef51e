import { amend } from '../../activities/amend.js';
import { makeDecision } from '../../activities/decide.js';
import type { Clock, Deps } from '../../activities/deps.js';
import { lookUp } from '../../activities/look-up.js';
import { submit } from '../../activities/submit.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Standing } from '../../src/ledger/transaction.js';
import type { EffectContract } from '../../src/payout/contract.js';
import type { PayoutRequest } from '../../src/payout/request.js';
import type { PayoutInput, View } from '../../src/payout/view.js';
import type { Provider, ProviderAccount } from '../../src/providers/provider.js';
import { TIMING } from '../payout/build.js';
import { Bank, type BankOptions, type Pause } from './bank.js';
import { FakeClock } from './fake-clock.js';
import { MemoryLedger } from './memory-ledger.js';

export { TIMING };
/** When a request that is opened now is closed, and when missing records can mean something. */
export const CLOSES_MS = TIMING.sendByMs + TIMING.httpTimeoutMs;
export const SETTLED_MS = CLOSES_MS + TIMING.settleMs;

const REQUESTS = {
  idempotent: { provider: 'manifest', accountConnection: 'acon_X', amountMinor: 1500, currency: 'USD' },
  guarded: { provider: 'respondent', projectId: 'project', screenerResponseId: 'response', payoutCount: 1 },
  unguarded: { provider: 'prolific', studyId: 'study', submissionId: 'submission', amountMinor: 250, currency: 'GBP' },
} as const;

export const REFERENCE = 'study-42/p-007';

/** A request for a provider with that contract, as a caller writes it. */
export const requestFor = (contract: EffectContract, more: object = {}): PayoutInput => ({
  reference: REFERENCE,
  ...REQUESTS[contract],
  ...more,
});

/** One worker's steps, without Temporal. */
export type Worker = ReturnType<typeof workerOf>;

export const workerOf = (deps: Deps) => ({
  submit: submit(deps),
  lookUp: lookUp(deps),
  amend: amend(deps),
  makeDecision: makeDecision(deps),
});

export interface WorkerOptions {
  readonly name?: string;
  readonly clock?: Clock;
  readonly ledger?: Ledger;
  /** What its ledger was found to be when it began. */
  readonly standing?: Standing;
  readonly host?: string;
  readonly secret?: string;
  readonly guardProven?: boolean;
  readonly pause?: Pause;
  /** Changes the account that the bank gives. */
  readonly change?: (account: ProviderAccount<PayoutRequest>) => Partial<ProviderAccount<PayoutRequest>>;
}

/** A ledger, a bank, a clock, and as many workers as a test wants. */
export interface Bed {
  readonly clock: FakeClock;
  readonly ledger: MemoryLedger;
  readonly bank: Bank;
  readonly contract: EffectContract;
  worker(options?: WorkerOptions): Worker;
}

export interface BedOptions extends Omit<BankOptions, 'nowMs'> {
  readonly scheduling?: 'provider' | 'timer';
  /** `none`: the call is composed before the one transaction that claims and opens. */
  readonly preparation?: 'none' | 'reads';
  readonly followMs?: number;
}

export function makeBed(options: BedOptions): Bed {
  const { contract, scheduling = 'timer', preparation = 'reads', followMs = 0 } = options;
  const clock = new FakeClock();
  const nowMs = () => clock.nowMs();
  const ledger = new MemoryLedger({ nowMs });
  const bank = new Bank({ ...options, nowMs });
  const provider = {
    name: REQUESTS[contract].provider,
    contract,
    scheduling,
    preparation,
    followMs,
    settleMs: TIMING.settleMs,
  } as Provider<PayoutRequest>;
  return {
    clock,
    ledger,
    bank,
    contract,
    worker({ name = 'worker', clock: itsClock = clock, ledger: itsLedger = ledger, standing, change, ...given } = {}) {
      const account = bank.account(given);
      const served = { provider, name: 'default', account: { ...account, ...change?.(account) }, timing: TIMING };
      return workerOf({
        ledger: itsLedger,
        ...(standing ? { standing } : {}),
        accounts: [served],
        worker: name,
        clock: itsClock,
      });
    },
  };
}

const MOST_STEPS = 400;
const MOST_AT_ONCE = 4;

/**
 * Takes the steps that the views ask for, as the workflow does, and lets the time pass between them. Ends with the payout, or
 * where it would wait beyond `untilMs`. Throws where steps follow one another without any wait: such a payout would spin.
 */
export async function drive(bed: Bed, worker: Worker, first: View, untilMs = Number.POSITIVE_INFINITY): Promise<View> {
  let view = first;
  let atOnce = 0;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const { next, reference, ledgerId } = view;
    if (next.do === 'end' || (next.do === 'wait' && next.untilMs > untilMs)) return view;
    atOnce = next.do === 'wait' && next.untilMs > bed.clock.nowMs() ? 0 : atOnce + 1;
    if (atOnce > MOST_AT_ONCE) throw new Error(`it spins: ${next.do} again and again while ${view.evidence}`);
    if (next.do === 'wait') bed.clock.advanceTo(next.untilMs);
    const step = { submit: worker.submit, look_up: worker.lookUp, amend: worker.amend };
    view = await step[next.do === 'wait' ? next.afterwards : next.do]({ reference, ledgerId });
  }
  throw new Error(`no end after ${MOST_STEPS} steps: ${view.status}, ${view.evidence}`);
}
