import type { Command } from 'commander';
import { addCommand, parseFilled, parseWhole } from '../command.js';
import type { RunWebhooksOptions } from '../run-webhooks.js';

const DEFAULT_PORT = 8090;

export function webhooks(program: Command): void {
  addCommand(program, {
    usage: 'webhooks',
    summary: 'receive the webhooks of Manifest and Respondent, which make payouts look at once',
    description: [
      'Receives webhooks at POST /webhooks/manifest and /webhooks/respondent, of a named account at …/<account>.',
      'A delivery changes no status: it makes the payout look at the records of its provider.',
      'Needs MANIFEST_WEBHOOK_USER and MANIFEST_WEBHOOK_PASSWORD, or RESPONDENT_WEBHOOK_SECRET (of an account: …__US), ' +
        'and no credentials that pay.',
      'With PAYOUTS_DATABASE_URL (read-only is enough) it finds the payout also where a delivery names only the id of the provider.',
      'GET /health counts, GET /ready says whether Temporal and ledger answer.',
      'Logs go to stderr.',
    ],
    examples: ['payouts webhooks', 'payouts webhooks --host 0.0.0.0 --port 8090 --json 2>webhooks.log'],
  })
    .option('--port <number>', 'the port to listen on; 0 for any that is free', parseWhole(0, 65_535), DEFAULT_PORT)
    .option('--host <address>', 'the address to listen on; 0.0.0.0 in a container', parseFilled, '127.0.0.1')
    .action(async (options: RunWebhooksOptions) => {
      const { runWebhooks } = await import('../run-webhooks.js');
      await runWebhooks(process.env, options);
    });
}
