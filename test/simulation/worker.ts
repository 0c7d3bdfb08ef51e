import { amend } from '../../activities/amend.js';
import { makeDecision } from '../../activities/decide.js';
import type { Deps } from '../../activities/deps.js';
import { lookUp } from '../../activities/look-up.js';
import { submit } from '../../activities/submit.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { LedgerTransaction, NewExchange } from '../../src/ledger/transaction.js';
import type { EffectContract } from '../../src/payout/contract.js';
import type { DecisionInput, StepInput, SubmitInput, View } from '../../src/payout/view.js';
import type { Fate, MemoryLedger } from '../activities/memory-ledger.js';
import type { Machine } from './machine.js';
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

const ROUND_TRIP_MS = 4;

/** The ledger as one machine reaches it: others may go first before a transaction and after its commit. */
export function reach(world: World, machine: Machine, ledger: MemoryLedger): Ledger {
  return {
    async transaction(step) {
      const chosen = world.pauseAt(machine, 'begins a transaction', [...OF_MACHINES, ...OF_TRANSACTIONS]);
      if (chosen === 'dies') return never();
      await world.kernel.wait(ROUND_TRIP_MS / 2, machine);
      const notes: string[] = [];
      const before = machine.opened;
      try {
        const result = await withFate(ledger, fateOf(chosen), (tx) => step(watched(tx, machine, notes)));
        world.committed(machine, ledger, notes);
        // Whoever has just written an exchange is about to make a request.
        const after = machine.opened === before ? [] : [...OF_MACHINES, ...OF_CLOCKS];
        if (world.pauseAt(machine, 'hears of its commit', after) === 'dies') return never();
        await world.kernel.wait(ROUND_TRIP_MS / 2, machine);
        return result;
      } catch (error) {
        if (chosen === 'commit unheard') world.committed(machine, ledger, notes);
        await world.kernel.wait(ROUND_TRIP_MS / 2, machine);
        throw error;
      }
    },
  };
}

const fateOf = (chosen: string | undefined): Fate =>
  chosen === 'rolled back' ? 'fails' : chosen === 'commit unheard' ? 'commits_unheard' : 'commits';

async function withFate<T>(ledger: MemoryLedger, fate: Fate, step: (tx: LedgerTransaction) => Promise<T>): Promise<T> {
  ledger.fate = () => fate;
  try {
    return await ledger.transaction(step);
  } finally {
    ledger.fate = () => 'commits';
  }
}

/** Never settles: whoever waited for it is gone. */
export const never = <T>(): Promise<T> => new Promise(() => undefined);

const NOTED: Readonly<Record<string, (...given: readonly unknown[]) => string>> = {
  claim: () => 'claim',
  openExchange: (exchange) => `exchange (${(exchange as NewExchange<EffectContract>).grounds.kind})`,
  recordOutcome: (_id, outcome) => `outcome ${(outcome as { kind: string }).kind}`,
  recordDecision: (_reference, decision) => `decision ${(decision as { kind: string }).kind}`,
  recordRuling: (_facts, ruling) => {
    const { status, waitingFor, next } = ruling as { status: string; waitingFor: string; next: { do: string } };
    return `${status}, waits for ${waitingFor}, next ${next.do}`;
  },
};

/** Writes down what a transaction writes, and remembers the exchange that this machine opened. */
function watched(tx: LedgerTransaction, machine: Machine, notes: string[]): LedgerTransaction {
  return new Proxy(tx, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        const result: unknown = await Reflect.apply(method, target, given);
        const note = NOTED[String(name)]?.(...given);
        if (note !== undefined && !(name === 'claim' && result === undefined)) notes.push(note);
        if (name === 'openExchange') machine.opened = given[0] as NewExchange<EffectContract>;
        return result;
      };
    },
  });
}
