import type { Status } from '../payout/status.js';
import { matchPayments, type LedgerPayout, type Matched } from './match-payments.js';
import type { Payment } from './provider.js';

export type { LedgerPayout };

export const VERDICTS = [
  'agrees',
  /** More payments than payouts of this key and amount. */
  'paid_twice',
  /** Paid, or still to be paid, although the ledger says it is not. */
  'paid_but_ledger_says_not',
  /** The ledger says `sent` or `returned`, the journal does not. */
  'ledger_says_paid_but_not',
  /** A payment that no payout of the ledger asked for. */
  'journal_only',
] as const;
export type OracleVerdict = (typeof VERDICTS)[number];

export interface OracleRow {
  readonly verdict: OracleVerdict;
  readonly provider: string;
  readonly key: string;
  /** Absent on `journal_only`. */
  readonly reference?: string;
  readonly status?: Status;
  readonly amountMinor: number | null;
  /** The states of the journal's payments that fall to this row. */
  readonly payments: readonly Payment['state'][];
}

export interface OracleReport {
  readonly agrees: boolean;
  readonly counts: Readonly<Record<OracleVerdict, number>>;
  /** One row for each payout in the order given, then what only the journal knows. */
  readonly rows: readonly OracleRow[];
}

/** Compares the ledger with what the sandbox really paid, payout by payout. */
export function compare(payouts: readonly LedgerPayout[], journal: readonly Payment[]): OracleReport {
  const { matched, unclaimed } = matchPayments(payouts, journal);
  const rows = [...matched.map(toRow), ...unclaimed.map(toJournalOnlyRow)];
  const counts = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length]),
  ) as Record<OracleVerdict, number>;
  return { agrees: rows.every((row) => row.verdict === 'agrees'), counts, rows };
}

function toRow({ payout, payments }: Matched): OracleRow {
  const { provider, key, reference, status, amountMinor } = payout;
  const states = payments.map((payment) => payment.state);
  return { verdict: judge(status, states), provider, key, reference, status, amountMinor, payments: states };
}

function judge(status: Status, payments: readonly Payment['state'][]): OracleVerdict {
  if (payments.length > 1) return 'paid_twice';
  const [state] = payments;
  switch (status) {
    case 'sent':
      return state === 'paid' ? 'agrees' : 'ledger_says_paid_but_not';
    case 'returned':
      if (state === 'undone') return 'agrees';
      return state === 'paid' ? 'paid_but_ledger_says_not' : 'ledger_says_paid_but_not';
    case 'pending':
    case 'in_doubt':
      return 'agrees';
    case 'created':
    case 'ready':
      // Manifest holds a scheduled payout as its own; it will be paid unless canceled.
      return state === 'paid' ? 'paid_but_ledger_says_not' : 'agrees';
    case 'error':
    case 'canceled':
      return state === 'paid' || state === 'due' ? 'paid_but_ledger_says_not' : 'agrees';
    default:
      return status satisfies never;
  }
}

const toJournalOnlyRow = ({ provider, key, amountMinor, state }: Payment): OracleRow => ({
  verdict: 'journal_only',
  provider,
  key,
  amountMinor,
  payments: [state],
});
