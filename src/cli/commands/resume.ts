import type { Command } from 'commander';
import { addCommand, parseFilled, parseSeconds } from '../command.js';
import { print, type OutputOptions } from '../output.js';

interface ResumeOptions extends OutputOptions {
  readonly by?: string;
  readonly timeout?: number;
}

export function resume(program: Command): void {
  addCommand(program, {
    usage: 'resume <reference>',
    summary: 'try again now: what the payout waits for was mended',
    description: [
      'Tries again now, after you mended what the payout waits for, such as a key or a balance.',
      'The payout goes on by itself; `payouts wait` follows it.',
    ],
    examples: ['payouts resume study-42/p-007'],
  })
    .option('--by <name>', 'who mended it, for the ledger', parseFilled)
    .option('--timeout <seconds>', 'how long to wait for the answer (default: 60)', parseSeconds)
    .action(async (reference: string, { by, timeout, ...options }: ResumeOptions) => {
      const { resumePayout } = await import('../resume-payout.js');
      const { DECISION_TIMEOUT_MS } = await import('../open-payouts.js');
      const before = await resumePayout(process.env, reference, by, timeout ?? DECISION_TIMEOUT_MS);
      const told = { reference, result: 'resumed', status: before.status };
      print(options, told, () => `${reference} tries again now; it was ${before.status} (${before.evidence})`);
    });
}
