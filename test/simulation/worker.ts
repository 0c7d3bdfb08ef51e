import { amend } from '../../activities/amend.js';
import { makeDecision } from '../../activities/decide.js';
import type { Deps } from '../../activities/deps.js';
import { lookUp } from '../../activities/look-up.js';
import { submit } from '../../activities/submit.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { BatchTransaction, RuledFacts } from '../../src/ledger/batch-transaction.js';
import type { Answered, FirstCall, NewExchange } from '../../src/ledger/transaction.js';
import type { EffectContract } from '../../src/payout/contract.js';
import type { Ruling } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import type { DecisionInput, StepInput, SubmitInput, View } from '../../src/payout/view.js';
import type { Fate, MemoryLedger } from '../activities/memory-ledger.js';
import type { ExchangeRow } from '../activities/memory-tables.js';
import type { Machine, Opened } from './machine.js';
import { OF_CLOCKS, OF_MACHINES, OF_TRANSACTIONS } from './options.js';
import type { World } from './world.js';

/** One step, as the carrier asks for it. */
export type Step =
  | { readonly name: 'submit'; readonly input: SubmitInput }
  | { readonly name: 'look_up' | 'amend'; readonly input: StepInput }
  | { readonly name: 'decide'; readonly input: DecisionInput };

/** Takes a step with the real code. */
export function takeStep(deps: Deps, step: Step): Promise<View> {
  switch (step.name) {
    case 'submit':
      return submit(deps)(step.input);
    case 'look_up':
      return lookUp(deps)(step.input);
    case 'amend':
      return amend(deps)(step.input);
    case 'decide':
      return makeDecision(deps)(step.input);
    default:
      return step satisfies never;
  }
}

/** What one transaction wrote, and about whom. */
export interface Written {
  readonly notes: string[];
  readonly ruled: Set<string>;
}

const ROUND_TRIP_MS = 4;

/** The ledger as one machine reaches it: others may go first before a transaction and after its commit. */
export function reach(world: World, machine: Machine, ledger: MemoryLedger): Ledger<BatchTransaction> {
  return {
    async transaction(step) {
      const chosen = world.pauseAt(machine, 'begins a transaction', [...OF_MACHINES, ...OF_TRANSACTIONS]);
      if (chosen === 'dies') return never();
      await world.kernel.wait(ROUND_TRIP_MS / 2, machine);
      const written: Written = { notes: [], ruled: new Set() };
      const before = machine.opened;
      try {
        const result = await withFate(ledger, fateOf(chosen), (tx) => step(watched(tx, machine, ledger, written)));
        world.committed(machine, ledger, written, before);
        // Whoever has just written an exchange is about to make a request.
        const after = machine.opened === before ? [] : [...OF_MACHINES, ...OF_CLOCKS];
        if (world.pauseAt(machine, 'hears of its commit', after) === 'dies') return never();
        await world.kernel.wait(ROUND_TRIP_MS / 2, machine);
        return result;
      } catch (error) {
        if (chosen === 'commit unheard') world.committed(machine, ledger, written, before);
        await world.kernel.wait(ROUND_TRIP_MS / 2, machine);
        throw error;
      }
    },
  };
}

const fateOf = (chosen: string | undefined): Fate =>
  chosen === 'rolled back' ? 'fails' : chosen === 'commit unheard' ? 'commits_unheard' : 'commits';

async function withFate<T>(ledger: MemoryLedger, fate: Fate, step: (tx: BatchTransaction) => Promise<T>): Promise<T> {
  ledger.fate = () => fate;
  try {
    return await ledger.transaction(step);
  } finally {
    ledger.fate = () => 'commits';
  }
}

/** Never settles: whoever waited for it is gone. */
export const never = <T>(): Promise<T> => new Promise(() => undefined);

const NOTED: Readonly<Record<string, (...given: readonly unknown[]) => string | undefined>> = {
  claim: () => 'claim',
  claimFirst: () => 'claim, exchange (first)',
  openExchange: (exchange) => `exchange (${(exchange as NewExchange<EffectContract>).grounds.kind})`,
  recordOutcome: (_id, outcome) => `outcome ${(outcome as { kind: string }).kind}`,
  recordDecision: (_reference, decision) => `decision ${(decision as { kind: string }).kind}`,
  recordRuling: (_facts, ruling, _untold, answered) =>
    [...(answered ? [`outcome ${(answered as Answered).outcome.kind}`] : []), nameRuling(ruling as Ruling)].join('; '),
  openSharedAttempt: (references) => `a call for ${(references as readonly string[]).join(' and ')}`,
  recordRulings: (ruled) => (ruled as readonly RuledFacts[]).map(nameRuled).join('; ') || undefined,
  handOver: (references) => `${(references as readonly string[]).join(' and ')} left`,
  leaveGroup: (reference) => `${reference as string} left`,
};

/** Of whom a step of a transaction says something. */
const RULED: Readonly<Record<string, (given: unknown) => readonly string[]>> = {
  recordRuling: (facts) => [(facts as Facts).claim.reference],
  recordRulings: (ruled) => (ruled as readonly RuledFacts[]).map(({ facts }) => facts.claim.reference),
};

const nameRuling = ({ status, waitingFor, next }: Ruling): string =>
  `${status}, waits for ${waitingFor}, next ${next.do}`;

const nameRuled = ({ facts, ruling }: RuledFacts): string => `${facts.claim.reference} ${nameRuling(ruling)}`;

/** Writes down what a transaction writes, and remembers the exchange that this machine opened. */
function watched(tx: BatchTransaction, machine: Machine, ledger: MemoryLedger, written: Written): BatchTransaction {
  return new Proxy(tx, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const result: unknown = await Reflect.apply(method, target, given);
        const note = NOTED[String(name)]?.(...given);
        const isNothing = (name === 'claim' || name === 'claimFirst') && result === undefined;
        if (note !== undefined && !isNothing) written.notes.push(note);
        for (const reference of RULED[String(name)]?.(given[0]) ?? []) written.ruled.add(reference);
        if (name === 'openExchange') machine.exchanges.push(withCall(ledger, given[0] as NewExchange<EffectContract>));
        if (name === 'claimFirst' && !isNothing) machine.exchanges.push(asOpened(ledger, given[0] as First));
        return result;
      };
    },
  });
}

type First = FirstCall<EffectContract>;

function asOpened(ledger: MemoryLedger, first: First): Opened {
  const { reference, credentials } = first.claim;
  const { openedAtMs, sendByMs, closesAtMs } = ledger.exchanges(reference)[0] as ExchangeRow;
  const times = { openedAtMs, sendByMs, closesAtMs };
  return { ...first, ...times, credentials, attemptId: 0, references: [reference], isShared: false };
}

function withCall(ledger: MemoryLedger, exchange: NewExchange<EffectContract>): Opened {
  const { references, call, isShared = false } = ledger.attempt(exchange.attemptId);
  return { ...exchange, references, call, isShared };
}
