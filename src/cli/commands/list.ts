import { Option, type Command } from 'commander';
import { STATUSES, WAITS } from '../../payout/status.js';
import { addCommand, parseWhole } from '../command.js';
import { databaseUrl } from '../database-url.js';
import { print, type OutputOptions } from '../output.js';

interface ListOptions extends OutputOptions {
  readonly status?: string;
  readonly waitingFor?: string;
  readonly limit?: number;
}

export function list(program: Command): void {
  addCommand(program, {
    usage: 'list',
    summary: 'list payouts, those with the oldest status first',
    description: [
      'Lists payouts, those with the oldest status first.',
      'Of those in doubt it says what is known and what would settle it.',
      'Reads the ledger (PAYOUTS_DATABASE_URL).',
    ],
    examples: ['payouts list --status in_doubt', 'payouts list --waiting-for operator --limit 20 --json'],
  })
    .addOption(new Option('--status <status>', 'only those with this status').choices(STATUSES))
    .addOption(new Option('--waiting-for <what>', 'only those that wait for this').choices(WAITS))
    .option('--limit <number>', 'at most so many', parseWhole(1))
    .action(async ({ json, ...filter }: ListOptions) => {
      const { readList } = await import('../../ledger/read.js');
      const { openReadOnly } = await import('../payout-reader.js');
      const { formatList } = await import('../format-list.js');
      const { withSettledBy } = await import('../../client/with-settled-by.js');
      const ledger = openReadOnly(databaseUrl(process.env));
      try {
        const listed = (await readList(ledger.db, filter)).map(withSettledBy);
        print({ json: json === true }, listed, () => formatList(listed));
      } finally {
        await ledger.close();
      }
    });
}
