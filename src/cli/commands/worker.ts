import type { Command } from 'commander';
import { addCommand, parseWhole } from '../command.js';
import type { RunWorkerOptions } from '../run-worker.js';

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
    examples: ['payouts worker', 'payouts worker --metrics-port 9464 --json 2>worker.log'],
  })
    .option(
      '--metrics-port <number>',
      "serve Prometheus' metrics on this port of 127.0.0.1; another address: PAYOUTS_METRICS_ADDRESS",
      parseWhole(0, 65_535),
    )
    .action(async (options: RunWorkerOptions) => {
      const { runWorker } = await import('../run-worker.js');
      await runWorker(process.env, options);
    });
}
