import type { Show } from '../payout/show.js';
import { formatAmount } from './format-amount.js';

/** One payout for people, with the address of its page in the Temporal UI where that is known. */
export function formatShow(show: Show, page?: string): string {
  const rows: readonly (readonly [string, string | null])[] = [
    ['reference', show.reference],
    ['status', show.status],
    ['waits for', show.waitingFor === 'nothing' ? null : show.waitingFor],
    ['evidence', show.evidence],
    ['amount', formatAmount(show.amountMinor, show.currency)],
    ['provider', show.account === 'default' ? show.provider : `${show.provider}, account ${show.account}`],
    ["provider's id", show.providerReference],
    ['scheduled at', show.scheduledAt],
    ['cancelable until', show.cancelableUntil],
    ['page', page ?? null],
  ];
  return [
    ...rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(17)} ${value}`])),
    ...section(
      'requests to the provider',
      show.exchanges.map(({ at, outcome }) => `${at}  ${outcome}`),
    ),
    ...section(
      'history',
      show.history.map(({ at, status, evidence }) => `${at}  ${status.padEnd(8)}  ${evidence}`),
    ),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
