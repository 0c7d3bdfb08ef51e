import type { Command } from 'commander';
import { addCommand } from '../command.js';
import type { OutputOptions } from '../output.js';

export function demo(program: Command): void {
  addCommand(program, {
    usage: 'demo',
    summary: 'pay a file of made-up payouts on this machine, replies lost on the way',
    description: [
      'Starts a Temporal server, a Postgres, simulated providers and a worker of its own, whatever the environment says, and pays examples/payouts.csv.',
      'For one payout of each provider the reply is lost after the provider paid.',
      'At the end it compares what was really paid with the ledger; it exits 1 where they disagree. No money moves.',
    ],
    examples: ['payouts demo', 'payouts demo --json'],
  }).action(async (options: OutputOptions) => {
    const { runDemo } = await import('../run-demo.js');
    await runDemo(options);
  });
}
