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
    ],
    examples: ['payouts show study-42/p-007', 'payouts show study-42/p-007 --json'],
  }).action(async (reference: string, options: OutputOptions) => {
    const { openReader } = await import('../payout-reader.js');
    const reader = await openReader(process.env);
    try {
      const found = await reader.read(reference);
      print(options, found, () => formatShow(found));
    } finally {
      await reader.close();
    }
  });
}
