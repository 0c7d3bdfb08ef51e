import type { ListedPayout } from '../client/with-settled-by.js';
import type { Listed } from '../ledger/read.js';
import type { Show } from '../payout/show.js';
import { formatAmount } from './format-amount.js';
import { formatTable } from './format-table.js';

/** Payouts for people, one on each line. Where one is in doubt, with what is known and what would settle it. */
export function formatList(listed: readonly ListedPayout[]): string {
  if (listed.length === 0) return 'no payout matches';
  const isDoubted = listed.some(({ status }) => status === 'in_doubt');
  const rows = listed.map((payout) => [
    ...columns(payout),
    payout.since,
    ...(isDoubted ? [payout.evidence, payout.settledBy ?? ''] : []),
  ]);
  return formatTable([...HEAD, 'since', ...(isDoubted ? ['what is known', 'what would settle it'] : [])], rows);
}

/** The same for payouts that were waited for, with what their status rests on. */
export const formatShows = (shows: readonly Show[]): string =>
  formatTable(
    [...HEAD, 'evidence'],
    shows.map((show) => [...columns(show), show.evidence]),
  );

const HEAD = ['reference', 'status', 'waits for', 'amount', 'provider'];

const columns = ({ reference, status, waitingFor, amountMinor, currency, provider, account }: Listed | Show) => [
  reference,
  status,
  waitingFor === 'nothing' ? '' : waitingFor,
  amountMinor === null ? '' : formatAmount(amountMinor, currency),
  account === 'default' ? provider : `${provider}/${account}`,
];
