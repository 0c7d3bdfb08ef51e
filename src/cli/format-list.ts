import type { Listed } from '../ledger/read.js';
import type { Show } from '../payout/show.js';
import { formatAmount } from './format-amount.js';
import { formatTable } from './format-table.js';

/** Payouts for people, one on each line. */
export function formatList(listed: readonly Listed[]): string {
  if (listed.length === 0) return 'no payout matches';
  const rows = listed.map((payout) => [...columns(payout), payout.since]);
  return formatTable([...HEAD, 'since'], rows);
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
