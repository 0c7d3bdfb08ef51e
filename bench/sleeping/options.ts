import { parseArgs } from 'node:util';

export interface SleepingOptions {
  readonly payouts: number;
  readonly workers: number;
  /** The limit of each of the three accounts; 0: none. */
  readonly requestsPerSecond: number;
  /** From the first start to the instant at which all are due. */
  readonly dueInMs: number;
  readonly isJson: boolean;
}

export const HELP = `npm run bench:sleeping -- [options]

Starts payouts that are all due at the same instant, lets them sleep, and measures what they cost meanwhile and how they are paid.

  --payouts N      how many (10000)
  --workers N      worker processes (2)
  --per-second N   limit of requests of each account (20); 0: none
  --due-in S       seconds from the first start to the instant at which all are due; unless given: enough to start them all
  --json           the result alone on stdout; what goes on is told on stderr either way
  --help

BENCH_DATA: a folder for the server's file database and the ledger; without it the server keeps all in memory.
`;

/** Nothing, where only help is asked for. */
export function readOptions(args: readonly string[]): SleepingOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      payouts: { type: 'string', default: '10000' },
      workers: { type: 'string', default: '2' },
      'per-second': { type: 'string', default: '20' },
      'due-in': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const payouts = readWhole('--payouts', values.payouts);
  const dueInS = values['due-in'] === undefined ? startsWithinS(payouts) : readWhole('--due-in', values['due-in']);
  return {
    payouts,
    workers: readWhole('--workers', values.workers),
    requestsPerSecond: values['per-second'] === '0' ? 0 : readWhole('--per-second', values['per-second']),
    dueInMs: dueInS * 1_000,
    isJson: values.json,
  };
}

/** Measured on two cores: 20 to 40 of them are started in a second. And three rests, in which nothing is started. */
const startsWithinS = (payouts: number): number => Math.ceil(payouts / 12) + 330;

function readWhole(name: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,7}$/.test(text) && value > 0) return value;
  throw new Error(`${name} has to be a whole number above 0, it is ${text}`);
}
