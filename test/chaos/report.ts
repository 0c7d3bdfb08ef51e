import type { OracleReport } from '../../src/sandbox/oracle.js';
import type { FaultCounts } from './count-faults.js';
import { hasFindings, type Findings } from './judge.js';
import type { ChaosOptions } from './options.js';
import type { KillKind } from './plan-kills.js';
import { phasesOf, type PayoutState } from './read-state.js';
import type { Resolved } from './resolve-doubts.js';
import type { TrafficCounts } from './traffic.js';
import type { WorkerCounts } from './worker-pool.js';

export interface ChaosReport {
  /** `held`: the run came to its end, and nothing was paid twice, lost or ended falsely. */
  readonly verdict: 'held' | 'broken' | 'interrupted';
  readonly options: ChaosOptions;
  readonly payouts: { readonly planned: number; readonly acknowledged: number; readonly claimed: number };
  readonly traffic: TrafficCounts;
  readonly faults: FaultCounts;
  readonly kills: Readonly<Record<KillKind, number>>;
  readonly workers: WorkerCounts;
  /** When everything had come to rest by itself. */
  readonly atRest: Stand;
  /** After a person had ended the doubts; absent where nobody did. */
  readonly afterPeople?: Stand & { readonly resolved: Resolved };
  readonly exchanges: { readonly total: number; readonly perPayout: number; readonly most: number };
  readonly breaks: readonly { readonly reference: string; readonly evidence: string }[];
  readonly seconds: Readonly<Record<'starting' | 'chaos' | 'settling' | 'resolving' | 'total', number>>;
  /** From the claim to the newest status, seconds. */
  readonly tookSeconds: { readonly median: number; readonly p95: number; readonly longest: number };
}

/** What the ledger says, what the journal says of it, and what is wrong. */
export interface Stand extends Findings {
  readonly hasSettled: boolean;
  readonly statuses: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly inDoubt: number;
  readonly inDoubtWhy: Readonly<Record<string, number>>;
  readonly behindADoubt: number;
  readonly oracle: OracleReport['counts'];
}

export function toStand(
  states: readonly PayoutState[],
  oracle: OracleReport,
  findings: Findings,
  hasSettled: boolean,
): Stand {
  const statuses: Record<string, Record<string, number>> = {};
  for (const { provider, status } of states) count((statuses[provider] ??= {}), status);
  const inDoubtWhy: Record<string, number> = {};
  const doubts = states.filter(({ status }) => status === 'in_doubt');
  for (const { provider, waitingFor, evidence } of doubts)
    count(inDoubtWhy, `${provider}, waits for ${waitingFor}: ${withoutParticulars(evidence)}`);
  const behindADoubt = [...phasesOf(states).values()].filter((phase) => phase === 'behind_a_doubt').length;
  return { ...findings, hasSettled, statuses, inDoubt: doubts.length, inDoubtWhy, behindADoubt, oracle: oracle.counts };
}

export function measure(states: readonly PayoutState[]): Pick<ChaosReport, 'exchanges' | 'tookSeconds'> {
  const total = states.reduce((sum, { exchanges }) => sum + exchanges, 0);
  const took = states.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const at = (share: number) => toSeconds(took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? 0);
  return {
    exchanges: {
      total,
      perPayout: Math.round((100 * total) / Math.max(1, states.length)) / 100,
      most: Math.max(0, ...states.map(({ exchanges }) => exchanges)),
    },
    tookSeconds: { median: at(0.5), p95: at(0.95), longest: at(1) },
  };
}

export function toVerdict(stands: readonly Stand[], isInterrupted: boolean): ChaosReport['verdict'] {
  if (stands.some(hasFindings)) return 'broken';
  return isInterrupted ? 'interrupted' : 'held';
}

export const exitCodeOf = ({ verdict }: ChaosReport): number => ({ held: 0, broken: 1, interrupted: 130 })[verdict];

export const toSeconds = (ms: number): number => Math.round(ms / 100) / 10;

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** The same sentence about another payout is the same reason. */
const withoutParticulars = (evidence: string): string =>
  evidence
    .replaceAll(/\b(chaos-\S+|study\d+-\w+|(refused-)?r\d+|[0-9a-f]{12,}|pay_\w+|acon_\w+)/g, '…')
    .replaceAll(/\d+/g, '#');
