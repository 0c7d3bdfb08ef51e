import { Command, Option } from 'commander';
import { parseWhole } from '../../src/cli/command.js';

export interface BenchOptions {
  /** In each round: of the floor and of single payouts. */
  readonly payouts: number;
  /** In each round: of a file. */
  readonly rows: number;
  readonly rounds: number;
  /** Of the file that is paid once for the worker's memory, beside one of a tenth; 0: neither. */
  readonly large: number;
  /** Files of each provider alone as well. */
  readonly each: boolean;
  /** Where the servers keep their data. */
  readonly data: string;
  /** Temporal keeps nothing on the disk. */
  readonly inMemory: boolean;
  /** Where the profiles of the worker processes go. */
  readonly profile?: string;
  /** The most that the worker processes keep in memory for long, megabytes of V8's old generation. */
  readonly heap?: number;
  readonly only?: string;
  readonly json?: boolean;
}

/** Throws what `commander` says where an option is wrong; `--help` ends the program. */
export function readOptions(args: readonly string[]): BenchOptions {
  return new Command('npm run bench --')
    .description(
      'Measures single payouts and files of payouts against the floor, which is a workflow with one activity that makes one HTTP ' +
        'request: same server, same simulated providers, same worker options, in turns. Prints a table in Markdown, and writes ' +
        'bench/results/throughput.json, or throughput-in-memory.json. What goes on is told on stderr. No money moves.',
    )
    .addOption(whole('--payouts <number>', 'single payouts in each round, and of the floor', 'BENCH_PAYOUTS', 1, 400))
    .addOption(whole('--rows <number>', 'rows of each file', 'BENCH_ROWS', 1, 2_000))
    .addOption(whole('--rounds <number>', 'rounds, after a short one that warms up', 'BENCH_ROUNDS', 1, 4))
    .addOption(
      whole(
        '--large <number>',
        "rows of the large mixed file that is paid at the end, after one of a tenth, for the worker's memory; 0: neither",
        'BENCH_LARGE',
        0,
        10_000,
      ),
    )
    .addOption(new Option('--each', 'files of each provider alone as well').env('BENCH_EACH').default(false))
    .addOption(new Option('--only <cases>', 'the floor and these alone, such as single,mixed'))
    .addOption(
      new Option('--data <folder>', "for the server's database and the ledger; emptied afterwards")
        .env('BENCH_DATA')
        .default('.bench/data'),
    )
    .addOption(
      new Option('--in-memory', "Temporal's database in memory: quicker, and forgotten with its process")
        .env('BENCH_IN_MEMORY')
        .default(false),
    )
    .addOption(new Option('--profile <folder>', 'writes CPU profiles of the worker processes there'))
    .addOption(
      new Option('--heap <megabytes>', "bounds the old generation of the workers' heap").argParser(parseWhole(50)),
    )
    .option('--json', 'print the result as JSON on stdout, and nothing else')
    .parse(args, { from: 'user' })
    .opts<BenchOptions>();
}

const whole = (flags: string, description: string, variable: string, least: number, byDefault: number): Option =>
  new Option(flags, description).env(variable).argParser(parseWhole(least, 100_000)).default(byDefault);
