import type { Command } from 'commander';
import { addCommand } from '../command.js';
import { formatShow } from '../format-show.js';
import { print, type OutputOptions } from '../output.js';

export function show(program: Command): void {
  addCommand(program, {
    usage: 'show <reference>',
    summary: 'show where a payout stands, and on what evidence',
    description: [
      'Shows where a payout stands, and on what evidence.',
      'Reads the ledger when PAYOUTS_DATABASE_URL is set, else asks the workflow.',
      'Prints the address of its page in the Temporal UI when PAYOUTS_UI_URL is set.',
    ],
    examples: ['payouts show study-42/p-007', 'payouts show study-42/p-007 --json'],
  }).action(async (reference: string, options: OutputOptions) => {
    const { readPageOf } = await import('../page-of.js');
    const pageOf = readPageOf(process.env);
    const { openReader } = await import('../payout-reader.js');
    const reader = await openReader(process.env);
    try {
      const found = await reader.read(reference);
      print(options, found, () => formatShow(found, pageOf(reference)));
    } finally {
      await reader.close();
    }
  });
}
