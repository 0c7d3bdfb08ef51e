import type { Command } from 'commander';
import { addCommand, parseWhole } from '../command.js';
import type { OutputOptions } from '../output.js';

interface SandboxOptions extends OutputOptions {
  readonly port?: number;
  readonly seed?: number;
  readonly webhooks?: string;
  readonly fault: readonly string[];
}

export function sandbox(program: Command): void {
  addCommand(program, {
    usage: 'sandbox',
    summary: 'run simulated providers, with faults and a journal of what they really paid',
    description: [
      'Runs simulated providers on this machine until Ctrl-C.',
      'No money moves.',
      'Prints the environment that points a worker at them, and the URL of its control server.',
      'There GET /journal shows what was really paid, and POST /faults adds a fault.',
    ],
    examples: [
      'payouts sandbox --port 4010',
      `payouts sandbox --fault '{"provider":"respondent","kind":"reply_lost","times":2}'`,
    ],
  })
    .option(
      '--port <number>',
      'the first port; the providers and the control server take one each (default: any)',
      parseWhole(1, 65_000),
    )
    .option('--webhooks <url>', 'deliver webhooks to `payouts webhooks` there, such as http://127.0.0.1:8090')
    .option('--seed <number>', 'makes faults by probability repeatable (default: 1)', parseWhole(0))
    .option(
      '--fault <json>',
      'a fault from the start on; may be given several times',
      (json: string, all: readonly string[]) => [...all, json],
      [],
    )
    .action(async (options: SandboxOptions) => {
      const { runSandbox } = await import('../run-sandbox.js');
      await runSandbox(options);
    });
}
