import type { Command } from 'commander';
import { usageError } from '../cli-error.js';
import { addCommand, parseSeconds } from '../command.js';
import type { OutputOptions } from '../output.js';

interface StartOptions extends OutputOptions {
  readonly wait?: true;
  readonly timeout?: number;
}

export function start(program: Command): void {
  addCommand(program, {
    usage: 'start <file>',
    summary: 'start the payouts of a JSON or CSV file, or of standard input (-)',
    description: [
      'Starts the payouts of a file: a JSON object, an array of them, one on each line, or a CSV.',
      'The first line of a CSV names the fields; an empty cell is an absent field.',
      '- reads standard input.',
      'All are checked before the first is started; starting the same file again pays nobody twice.',
      'Returns at once unless --wait is given; then it ends as `payouts wait` does.',
    ],
    examples: ['payouts start payouts.csv --wait', 'payouts start - --json < payout.json'],
  })
    .option('--wait', 'wait until all have ended')
    .option('--timeout <seconds>', 'with --wait: give up waiting after so long (default: never)', parseSeconds)
    .action(async (file: string, { wait, timeout, ...options }: StartOptions) => {
      if (timeout !== undefined && !wait)
        throw usageError('--timeout goes with --wait only: see `payouts start --help`');
      const { readRequests } = await import('../read-requests.js');
      const requests = await readRequests(file);
      const { startPayouts } = await import('../start-payouts.js');
      process.exitCode = await startPayouts(process.env, requests, {
        ...options,
        wait: wait === true,
        timeoutMs: timeout,
      });
    });
}
