import type { Group, Sum } from '../../batch/summarize.js';
import { formatAmount } from '../format-amount.js';
import { formatTable } from '../format-table.js';
import type { DryRun } from './dry-run.js';
import type { AccountBalance } from './read-balances.js';

/** A dry run for people. */
export function formatDryRun(shown: DryRun): string {
  const { batchId, rows, bad, isCompared, groups, balances } = shown;
  return [
    formatTable(HEAD, groups.map(toRow)),
    '',
    `${rows} rows would be batch ${batchId}; nothing was started`,
    ...(isCompared ? [] : ['already paid: not known, since no ledger was asked (PAYOUTS_DATABASE_URL)']),
    ...(bad.length === 0 ? [] : [`${bad.length} bad rows would be skipped:`, ...bad.flatMap(describeBad)]),
    ...new Set(groups.flatMap(describeFees)),
    ...balances.flatMap((balance) => describeBalance(balance, groups)),
  ].join('\n');
}

const HEAD = ['provider', 'study', 'rows', 'amount', 'known already', 'to pay', 'fees on top'];

const toRow = ({ provider, account, study, currency, all, claimed, fresh, fees }: Group): readonly string[] => [
  account === 'default' ? provider : `${provider}/${account}`,
  study ?? '',
  String(all.rows),
  formatSum(all, currency),
  Object.entries(claimed)
    .map(([status, count]) => `${count} ${status}`)
    .join(', '),
  fresh.rows === 0 ? 'nothing' : `${fresh.rows}: ${formatSum(fresh, currency)}`,
  fees && fresh.rows > 0 ? `${bare(fees.leastMinor, currency)} to ${formatAmount(fees.mostMinor, currency)}` : '',
];

function formatSum({ rows, amountMinor, withoutAmount }: Sum, currency: string): string {
  if (withoutAmount === 0) return formatAmount(amountMinor, currency);
  const set = `${withoutAmount} set by the provider (${currency})`;
  return withoutAmount === rows ? set : `${formatAmount(amountMinor, currency)} and ${set}`;
}

const bare = (minor: number, currency: string): string => formatAmount(minor, currency).replace(` ${currency}`, '');

const describeBad = ({ line, problems }: DryRun['bad'][number]): readonly string[] =>
  problems.map((problem) => `  line ${line}: ${problem}`);

const describeFees = ({ provider, fees }: Group): readonly string[] =>
  fees ? [`fees of ${provider}: ${fees.note}`] : [];

function describeBalance({ provider, account, balance }: AccountBalance, groups: readonly Group[]): readonly string[] {
  const name = `balance of ${account === 'default' ? provider : `${provider}/${account}`}`;
  if (balance.kind === 'unread') return [`${name}: not read (${balance.because})`];
  return balance.purses.map((purse) => {
    const { currency, availableMinor } = purse;
    const own = groups.filter(
      (one) => one.provider === provider && one.account === account && one.currency === currency,
    );
    const least = own.reduce((sum, { fresh, fees }) => sum + fresh.amountMinor + (fees?.leastMinor ?? 0), 0);
    const short = least > availableMinor ? `: TOO LITTLE, at least ${formatAmount(least, currency)} is needed` : '';
    return `${name}: ${formatAmount(Math.floor(availableMinor), currency)} ${purse.name}${short}`;
  });
}
