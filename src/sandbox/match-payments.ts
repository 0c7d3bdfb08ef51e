import type { Status } from '../payout/status.js';
import type { Payment } from './provider.js';

/** What the ledger says about one payout. */
export interface LedgerPayout {
  readonly reference: string;
  readonly provider: string;
  /** What the provider's `journalKey` makes of the request. */
  readonly key: string;
  readonly status: Status;
  /** `null` where the ledger does not know what was paid: any amount matches. */
  readonly amountMinor: number | null;
}

export interface Matched {
  readonly payout: LedgerPayout;
  readonly payments: readonly Payment[];
}

interface Open {
  readonly payout: LedgerPayout;
  readonly payments: Payment[];
}

/**
 * Gives each payment to a payout of the same key and amount. Where several payouts share both, nobody can tell which of
 * them was paid (Prolific lists amounts only), so they are given out in the way that disagrees least.
 */
export function matchPayments(
  payouts: readonly LedgerPayout[],
  journal: readonly Payment[],
): { readonly matched: readonly Matched[]; readonly unclaimed: readonly Payment[] } {
  const matched: Open[] = payouts.map((payout) => ({ payout, payments: [] }));
  const byKey = new Map<string, Open[]>();
  for (const open of matched) byKey.set(groupOf(open.payout), [...(byKey.get(groupOf(open.payout)) ?? []), open]);
  const sameKey = (payment: Payment) => byKey.get(groupOf(payment)) ?? [];

  let left = [...journal];
  for (const fits of [isExpected, isPossible, isForbidden, isOneTooMany]) {
    for (const isSame of [isSameAmount, isUnknownAmount]) {
      left = left.filter(
        (payment) =>
          !give(
            payment,
            sameKey(payment).filter((open) => isSame(open, payment)),
            fits,
          ),
      );
    }
  }
  return { matched, unclaimed: left };
}

type Fits = (open: Open, payment: Payment) => boolean;

function give(payment: Payment, candidates: readonly Open[], fits: Fits): boolean {
  const taker = candidates.find((open) => fits(open, payment));
  taker?.payments.push(payment);
  return taker !== undefined;
}

/** What a status says of its payment. Doubt says nothing. */
const EXPECTED: Readonly<Record<Status, readonly Payment['state'][]>> = {
  sent: ['paid'],
  returned: ['undone'],
  created: ['due'],
  ready: ['due'],
  canceled: ['undone'],
  error: ['undone'],
  pending: [],
  in_doubt: [],
};

const isExpected: Fits = ({ payout, payments }, { state }) =>
  payments.length === 0 && EXPECTED[payout.status].includes(state);

const isPossible: Fits = ({ payout, payments }) =>
  payments.length === 0 && (payout.status === 'pending' || payout.status === 'in_doubt');

/** Nobody's by right, so it is laid at the door of one that has none. */
const isForbidden: Fits = ({ payments }) => payments.length === 0;

const isOneTooMany: Fits = () => true;

const isSameAmount: Fits = ({ payout }, { amountMinor }) => payout.amountMinor === amountMinor;
const isUnknownAmount: Fits = ({ payout }) => payout.amountMinor === null;

const groupOf = ({ provider, key }: { readonly provider: string; readonly key: string }): string =>
  JSON.stringify([provider, key]);
