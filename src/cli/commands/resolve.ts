import type { Command } from 'commander';
import { usageError } from '../cli-error.js';
import { addCommand, parseFilled, parseSeconds } from '../command.js';
import type { OutputOptions } from '../output.js';

interface ResolveOptions extends OutputOptions {
  readonly paid?: true;
  readonly notPaid?: true;
  readonly payAgain?: true;
  readonly by: string;
  readonly evidence: string;
  readonly timeout?: number;
}

export function resolve(program: Command): void {
  addCommand(program, {
    usage: 'resolve <references...>',
    summary: 'end a doubt: say whether it was paid, and how you know',
    description: [
      `Ends a doubt by a person's word, which is kept with the name.`,
      `Refused while the provider's records may still change by themselves, and where they show otherwise.`,
      '--not-paid ends in error and moves no money.',
      '--pay-again pays once more: say it only when you saw that nothing was paid.',
    ],
    examples: [
      'payouts resolve study-43/p-001 --paid --by "Ada" --evidence "bonus seen in Prolific, 12:05"',
      'payouts resolve study-43/p-001 --not-paid --pay-again --by "Ada" --evidence "no bonus in Prolific after a day"',
    ],
  })
    .option('--paid', 'it was paid')
    .option('--not-paid', 'it was not paid')
    .option('--pay-again', 'with --not-paid: pay it now')
    .requiredOption('--by <name>', 'who says so', parseFilled)
    .requiredOption('--evidence <text>', 'what was seen, and where', parseFilled)
    .option('--timeout <seconds>', 'how long to wait for each answer (default: 60)', parseSeconds)
    .action(async (references: string[], options: ResolveOptions) => {
      const { paid = false, notPaid = false, payAgain = false, by, evidence, timeout } = options;
      if (paid === notPaid) throw usageError('say exactly one of --paid and --not-paid: see `payouts resolve --help`');
      if (payAgain && !notPaid) throw usageError('--pay-again goes with --not-paid only: see `payouts resolve --help`');
      const { resolvePayouts } = await import('../resolve-payouts.js');
      const word = { paid, payAgain, by, evidence };
      process.exitCode = await resolvePayouts(process.env, [...new Set(references)], word, options, timeout);
    });
}
