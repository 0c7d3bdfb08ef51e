import type { Command } from 'commander';
import { addCommand } from '../command.js';
import type { DoctorOptions } from '../doctor/run-doctor.js';

export function doctor(program: Command): void {
  addCommand(program, {
    usage: 'doctor',
    summary: 'check server, ledger, workers and credentials, and say what to mend',
    description: [
      'Checks server, namespace, ledger, workers and credentials of this environment, and says what to mend.',
      'Reads only.',
      'Ends with 1 when there is any problem; a warning is none.',
    ],
    examples: ['payouts doctor', 'payouts doctor --no-providers --json'],
  })
    .option('--no-providers', 'ask the providers nothing, as for a check every minute')
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('../doctor/run-doctor.js');
      process.exitCode = await runDoctor(process.env, options);
    });
}
