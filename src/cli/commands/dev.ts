import type { Command } from 'commander';
import { addCommand } from '../command.js';
import type { OutputOptions } from '../output.js';

interface DevOptions extends OutputOptions {
  readonly data?: string;
}

export function dev(program: Command): void {
  addCommand(program, {
    usage: 'dev',
    summary: 'keep everything running on this machine: server with UI, ledger, simulated providers, worker',
    description: [
      'Starts a Temporal server with its UI, a Postgres, simulated providers and a worker of its own, whatever the environment says, until Ctrl-C.',
      'Writes .payouts/dev.env for other shells. No money moves.',
    ],
    examples: ['payouts dev', 'payouts dev --data ./my-data'],
  })
    .option('--data <folder>', 'keep server and ledger there (default: nothing is kept)')
    .action(async (options: DevOptions) => {
      const { runDev } = await import('../run-dev.js');
      await runDev(options);
    });
}
