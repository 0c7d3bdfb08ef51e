import type { Command } from 'commander';
import { addCommand, parseSeconds } from '../command.js';
import type { OutputOptions } from '../output.js';

interface WaitOptions extends OutputOptions {
  readonly timeout?: number;
}

export function wait(program: Command): void {
  addCommand(program, {
    usage: 'wait <references...>',
    summary: 'wait until payouts have ended',
    description: [
      'Waits until every payout has ended: sent, error, returned or canceled.',
      'Returns at once where only a person can go on.',
      'Ends with 0: all sent; 1: any ended otherwise; 3: any in doubt; 4: waited too long.',
      'Reads the ledger when PAYOUTS_DATABASE_URL is set, else asks the workflows.',
    ],
    examples: ['payouts wait study-42/p-007 --timeout 60', 'payouts wait study-42/p-007 study-42/p-008 --json'],
  })
    .option('--timeout <seconds>', 'give up waiting after so long (default: never)', parseSeconds)
    .action(async (references: string[], { timeout, ...options }: WaitOptions) => {
      const { openReader } = await import('../payout-reader.js');
      const { waitFor } = await import('../wait-for.js');
      const { reportWaited } = await import('../report-waited.js');
      const reader = await openReader(process.env);
      try {
        const waited = await waitFor((reference) => reader.read(reference), [...new Set(references)], timeout);
        process.exitCode = reportWaited(options, waited);
      } finally {
        await reader.close();
      }
    });
}
