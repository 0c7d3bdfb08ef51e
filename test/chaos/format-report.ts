import { formatTable } from '../../src/cli/format-table.js';
import { STATUSES } from '../../src/payout/status.js';
import type { Finding } from './judge.js';
import type { ChaosReport, Stand } from './report.js';

const MOST_FINDINGS = 20;

/** For people. */
export function formatReport(report: ChaosReport): string {
  const { verdict, options, payouts, traffic, workers, exchanges, seconds, tookSeconds, breaks } = report;
  return [
    '',
    `chaos, seed ${options.seed}: ${payouts.claimed} payouts in ${seconds.total} s, ${sum(report.kills)} kills, ${sum(report.faults)} faults`,
    '',
    ...formatStand('at rest, before any person spoke', report.atRest),
    ...(report.afterPeople
      ? [
          '',
          ...formatStand('after a person had ended the doubts', report.afterPeople),
          `said: ${listed({ ...report.afterPeople.resolved })}`,
        ]
      : []),
    '',
    `kills: ${listed(report.kills)}`,
    `faults: ${listed(report.faults)}`,
    `callers: ${payouts.planned} planned, ${payouts.acknowledged} acknowledged, ${traffic.startedTwice} started twice, ` +
      `${traffic.conflictsRefused} with other content refused, asked again ${traffic.askedAgain} times`,
    `answers: ${listed(traffic.answers)}`,
    `workers: ${workers.started} started, ${workers.endedByThemselves} ended by themselves, ${workers.startsRefused} starts while a server was down`,
    `exchanges: ${exchanges.total}, ${exchanges.perPayout} for a payout, ${exchanges.most} at most; breaks recorded: ${breaks.length}`,
    ...breaks.slice(0, MOST_FINDINGS).map(({ reference, evidence }) => `  break ${reference}: ${evidence}`),
    `seconds: ${listed(seconds)}; a payout took ${tookSeconds.median} in the median, ${tookSeconds.p95} at 95 %, ${tookSeconds.longest} at most`,
    '',
    VERDICTS[verdict],
  ].join('\n');
}

const VERDICTS: Readonly<Record<ChaosReport['verdict'], string>> = {
  held: 'HELD: nothing was paid twice, nothing was lost, no ending was false.',
  broken: 'BROKEN: see above.',
  interrupted:
    'INTERRUPTED before everything could come to rest. Up to here nothing was paid twice and no ending was false.',
};

function formatStand(title: string, stand: Stand): readonly string[] {
  const { statuses, inDoubt, inDoubtWhy, behindADoubt, paidTwice, lost, falseEndings, oracle } = stand;
  const rows = Object.entries(statuses)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([provider, counts]) => [provider, ...STATUSES.map((status) => String(counts[status] ?? 0))]);
  return [
    `${title}${stand.hasSettled ? '' : ' (NOT AT REST)'}`,
    formatTable(['provider', ...STATUSES], rows),
    `paid twice: ${paidTwice.length}   lost: ${lost.length}   false endings: ${falseEndings.length}   in doubt: ${inDoubt}   behind a doubt: ${behindADoubt}`,
    `oracle: ${listed(oracle)}`,
    ...Object.entries(inDoubtWhy)
      .sort(([, a], [, b]) => b - a)
      .map(([why, count]) => `  in doubt ${count}: ${why}`),
    ...formatFindings('PAID TWICE', paidTwice),
    ...formatFindings('LOST', lost),
    ...formatFindings('FALSE ENDING', falseEndings),
  ];
}

const formatFindings = (name: string, findings: readonly Finding[]): readonly string[] =>
  findings.slice(0, MOST_FINDINGS).map(({ reference, what }) => `  ${name} ${reference}: ${what}`);

const listed = (counts: object): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(', ') || 'none';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
