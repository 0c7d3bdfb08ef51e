import type { CaseResult } from './result.js';
import type { BenchResult } from './run-bench.js';

/** Two tables in Markdown, with a sentence about where they come from. */
export function formatResult(result: BenchResult): string {
  const cases = Object.entries(result.cases);
  return [
    `${result.measuredAt.slice(0, 10)}, ${result.machine.cores} cores, Node ${result.machine.node}; ${result.server}; medians of ` +
      `${result.rounds} rounds; load ${result.loadAverage.before.toFixed(1)} before. ` +
      `${result.verdicts['agrees'] ?? 0} payouts: journal and ledger ${result.journalAgreesWithLedger ? 'agree' : 'DO NOT AGREE'}.`,
    '',
    ...formatTable(FIGURES, cases.map(toFigures)),
    '',
    'Requests at the providers, of the last round:',
    '',
    ...formatTable(
      ['case', 'payouts', 'route', 'requests', 'for each payout'],
      cases.flatMap(([name, one]) => toRoutes(name, one)),
    ),
  ].join('\n');
}

const FIGURES = [
  'case',
  'payouts',
  'a second',
  'of the floor',
  'worker, ms',
  'Temporal, ms',
  'Postgres, ms',
  'sandbox and client, ms',
  'all, ms',
  'events',
  'Actions',
  "worker's peak, MB",
];

function toFigures([name, { cpuMs, ...one }]: [string, CaseResult]): readonly string[] {
  const others = cpuMs.sandbox + cpuMs.client;
  const all = cpuMs.worker + cpuMs.temporal + cpuMs.postgres + others;
  return [
    name,
    String(one.payouts),
    one.perSecond.toFixed(1),
    `**${one.ratio.toFixed(2)}**`,
    ...[cpuMs.worker, cpuMs.temporal, cpuMs.postgres, others, all].map((ms) => ms.toFixed(2)),
    one.events.toFixed(2),
    one.actions.toFixed(3),
    one.workerPeakMb.toFixed(0),
  ];
}

const toRoutes = (name: string, { calls, payouts }: CaseResult): readonly (readonly string[])[] =>
  Object.entries(calls)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([route, count]) => [name, String(payouts), `\`${route}\``, String(count), (count / payouts).toFixed(4)]);

const formatTable = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
