import type { Command } from 'commander';
import { addCommand } from '../command.js';
import type { OutputOptions } from '../output.js';

export function worker(program: Command): void {
  addCommand(program, {
    usage: 'worker',
    summary: 'run a worker for every account that there are credentials for',
    description: [
      'Runs a worker for every account that the environment holds credentials for.',
      'On Ctrl-C or SIGTERM it takes no new steps and finishes those under way.',
      'Run as many as you like; killing one never pays twice.',
      'Logs go to stderr.',
    ],
    examples: ['payouts worker', 'payouts worker --json 2>worker.log'],
  }).action(async (options: OutputOptions) => {
    const { runWorker } = await import('../run-worker.js');
    await runWorker(process.env, options);
  });
}
