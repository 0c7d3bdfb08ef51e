import { Command } from 'commander';
import { parseSeconds, parseWhole } from '../../src/cli/command.js';
import { formatReport } from './format-report.js';
import { parseMinutes } from './parse-minutes.js';
import { exitCodeOf } from './report.js';
import { runChaos } from './run-chaos.js';

interface Flags {
  readonly payouts: number;
  readonly seed: number;
  readonly minutes: number;
  readonly killEvery: number;
  readonly workers: number;
  readonly settle?: number;
  readonly resolve: boolean;
  readonly json?: boolean;
}

const program = new Command('chaos')
  .description(
    'Pays many payouts through simulated providers while workers, the Temporal server and Postgres are killed, workflows are ' +
      'terminated and reset, and the providers fail by seed. Then compares what was really paid with the ledger. Everything ' +
      'is its own, on this machine, and gone afterwards; no money moves. The seed repeats the payouts, the plan of kills and ' +
      'the draws of the faults; what meets what is up to the machine.',
  )
  .option('--payouts <number>', 'how many payouts are started', parseWhole(1, 100_000), 300)
  .option('--seed <number>', 'repeats a plan', parseWhole(0), 1)
  .option('--minutes <minutes>', 'over how long they are started and things are killed', parseMinutes, 2)
  .option('--kill-every <seconds>', 'the pause between two kills', parseSeconds, 5_000)
  .option('--workers <number>', 'how many worker processes run', parseWhole(1, 20), 3)
  .option('--settle <seconds>', 'how long everything may take to come to rest (default: by the length)', parseSeconds)
  .option('--no-resolve', 'leave the doubts: without it a person who knows the journal ends them, truthfully')
  .option('--json', 'print the report as JSON on stdout, and nothing else')
  .addHelpText(
    'after',
    '\nExits 0 only where nothing was paid twice, nothing was lost and no ending was false; 1 otherwise, 130 after Ctrl-C.' +
      '\n\nExample:\n  npm run chaos -- --payouts 300 --seed 7 --minutes 2',
  )
  .parse();

const flags = program.opts<Flags>();
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

const asked = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for the report. The guard ends what is left.
    if (asked.signal.aborted) process.exit(130);
    tell('chaos: stopping; the report so far follows. Once more ends it at once.');
    asked.abort();
  });

// The SDK's own retry of a call may come after its connection was closed, and nobody hears of that error otherwise.
process.on('uncaughtException', (error) => {
  if (error.message === 'Channel has been shut down') return;
  tell(error.stack ?? error.message);
  process.exit(1);
});

const { json, killEvery, settle, ...others } = flags;
const report = await runChaos({ ...others, killEveryMs: killEvery, settleMs: settle }, tell, asked.signal);
const text = json ? JSON.stringify(report, null, 2) : formatReport(report);
process.stdout.write(`${text}\n`, () => process.exit(exitCodeOf(report)));
