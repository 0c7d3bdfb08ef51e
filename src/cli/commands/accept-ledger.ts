import type { Command } from 'commander';
import { addCommand, parseFilled } from '../command.js';
import { databaseUrl } from '../database-url.js';
import { print, type OutputOptions } from '../output.js';

export function acceptLedger(program: Command): void {
  addCommand(program, {
    usage: 'accept-ledger',
    summary: 'say that a restored or promoted ledger may go on paying',
    description: [
      'Says that a restored or promoted ledger may go on paying.',
      'Until then nothing is paid, since a payment that was made after the backup would be missing from it.',
      'Say it only when you know that none is.',
    ],
    examples: ['payouts accept-ledger --by "Ada"'],
  })
    .requiredOption('--by <name>', 'who says so', parseFilled)
    .action(async ({ by, ...options }: OutputOptions & { readonly by: string }) => {
      const { openLedger } = await import('../../ledger/ledger.js');
      const ledger = openLedger({ url: databaseUrl(process.env), maxConnections: 1 });
      try {
        const { ledgerId, identity, accepted } = await ledger.accept(by);
        print(
          options,
          { ledgerId, identity, accepted, by },
          () => `ledger ${ledgerId} on ${identity}: accepted by ${by}`,
        );
      } finally {
        await ledger.close();
      }
    });
}
