import { resolve } from 'node:path';

/** What payouts are found by in the UI and in lists. */
export const SEARCH_ATTRIBUTES = {
  PayoutStatus: 'Keyword',
  PayoutWaitingFor: 'Keyword',
  PayoutProvider: 'Keyword',
  PayoutScheduledAt: 'Datetime',
  PayoutBatch: 'KeywordList',
} as const;

export interface TemporalArguments {
  readonly port: number;
  readonly uiPort: number | undefined;
  readonly namespace: string;
  readonly dataDir: string | undefined;
  readonly dynamicConfig: Readonly<Record<string, string>>;
}

/** The command line of `temporal server start-dev`. */
export function toTemporalArguments({ port, uiPort, namespace, dataDir, dynamicConfig }: TemporalArguments): string[] {
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${port}`,
    `--namespace=${namespace}`,
    '--log-level=error',
    uiPort === undefined ? '--headless' : `--ui-port=${uiPort}`,
    ...(dataDir === undefined ? [] : toFileFlags(dataDir)),
    ...repeat('--dynamic-config-value', { ...ONE_PARTITION, ...dynamicConfig }),
    ...repeat('--search-attribute', SEARCH_ATTRIBUTES),
  ];
}

/** Measured: the write-ahead log nearly doubles the throughput of a database in a file. */
const toFileFlags = (dataDir: string): string[] => [
  `--db-filename=${resolve(dataDir, 'temporal.db')}`,
  ...repeat('--sqlite-pragma', { journal_mode: 'wal', synchronous: 'normal' }),
];

/** Measured: with the usual four partitions some tasks of a small server starve for seconds. */
const ONE_PARTITION = {
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

const repeat = (flag: string, values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([key, value]) => `${flag}=${key}=${value}`);
