import type { Command } from 'commander';
import { addCommand } from '../command.js';
import type { OutputOptions } from '../output.js';

export function migrate(program: Command): void {
  addCommand(program, {
    usage: 'migrate',
    summary: 'bring the ledger and the search attributes up to date',
    description: [
      `Brings the ledger's schema and the search attributes of the Temporal namespace up to date.`,
      'May be repeated at any time.',
      'Needs a database user that may create tables.',
    ],
    examples: ['payouts migrate'],
  }).action(async (options: OutputOptions) => {
    const { migrateBoth } = await import('../migrate-both.js');
    process.exitCode = await migrateBoth(process.env, options);
  });
}
