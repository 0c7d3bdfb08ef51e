import type { OracleReport, OracleRow } from '../../src/sandbox/oracle.js';
import { isEnding } from '../../src/payout/status.js';
import { phasesOf, type Overruled, type PayoutState } from './read-state.js';

export interface Finding {
  readonly reference: string;
  readonly what: string;
}

/** The three things that may never happen. */
export interface Findings {
  readonly paidTwice: readonly Finding[];
  /** Acknowledged and not in the ledger; or neither ended nor in doubt when everything had time to end. */
  readonly lost: readonly Finding[];
  /** Final by the ledger, otherwise by the journal; or told as final, and changed afterwards. */
  readonly falseEndings: readonly Finding[];
}

export interface Evidence {
  readonly states: readonly PayoutState[];
  readonly oracle: OracleReport;
  readonly overruled: readonly Overruled[];
  readonly acknowledged: ReadonlySet<string>;
  readonly toldCanceled: ReadonlySet<string>;
  readonly conflictsAccepted: readonly string[];
  /** False while things are under way: then what has not ended is not lost. */
  readonly hasHadItsTime: boolean;
}

/** Pure, so that a doctored journal or ledger can show that it bites. */
export function judge(evidence: Evidence): Findings {
  return {
    paidTwice: findPaidTwice(evidence),
    lost: findLost(evidence),
    falseEndings: findFalseEndings(evidence),
  };
}

export const hasFindings = ({ paidTwice, lost, falseEndings }: Findings): boolean =>
  paidTwice.length + lost.length + falseEndings.length > 0;

/** Also a payment that nobody asked for: a second one under the next number looks like that. */
const findPaidTwice = ({ oracle, conflictsAccepted }: Evidence): readonly Finding[] => [
  ...oracle.rows.filter(({ verdict }) => verdict === 'paid_twice' || verdict === 'journal_only').map(toFinding),
  ...conflictsAccepted.map((reference) => ({ reference, what: 'a start with other content was not refused' })),
];

function findLost({ states, acknowledged, hasHadItsTime }: Evidence): readonly Finding[] {
  const claimed = new Set(states.map(({ reference }) => reference));
  const forgotten = [...acknowledged].filter((reference) => !claimed.has(reference));
  const phases = phasesOf(states);
  const stuck = states.filter(({ reference }) => phases.get(reference) === 'under_way');
  return hasHadItsTime
    ? [
        ...forgotten.map((reference) => ({
          reference,
          what: 'its start was acknowledged, the ledger does not know it',
        })),
        ...stuck.map(({ reference, status, waitingFor, evidence }) => ({
          reference,
          what: `still ${status}, waits for ${waitingFor}: ${evidence}`,
        })),
      ]
    : [];
}

function findFalseEndings({ states, oracle, overruled, toldCanceled }: Evidence): readonly Finding[] {
  const status = new Map(states.map((state) => [state.reference, state.status]));
  const contradicted = oracle.rows.filter(
    ({ verdict, status: ending }) =>
      ending !== undefined &&
      isEnding(ending) &&
      (verdict === 'paid_but_ledger_says_not' || verdict === 'ledger_says_paid_but_not'),
  );
  const untrue = [...toldCanceled].filter((reference) => status.get(reference) !== 'canceled');
  return [
    ...contradicted.map(toFinding),
    ...overruled.map(({ reference, from, to }) => ({ reference, what: `was ${from}, then ${to}` })),
    ...untrue.map((reference) => ({
      reference,
      what: `somebody was told that it is canceled, and it is ${status.get(reference) ?? 'unknown'}`,
    })),
  ];
}

const toFinding = ({ reference, key, verdict, status, payments }: OracleRow): Finding => ({
  reference: reference ?? key,
  what: `${verdict}: the ledger says ${status ?? 'nothing'}, the journal ${payments.join(', ') || 'nothing'}`,
});
