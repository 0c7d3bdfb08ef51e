import { createRequire } from 'node:module';
import { Command } from 'commander';
import { COMMANDS } from './commands.js';

/** The whole command line. Commands load what is heavy when they run, so that `--help` is quick. */
export function createProgram(): Command {
  const program = new Command('payouts');
  program
    .description('Durable payouts on Temporal: one reference, one payment.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    .exitOverride()
    // What commander would say is said by our own error line.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', ENVIRONMENT);
  for (const register of COMMANDS) register(program);
  return program;
}

const version = (): string =>
  (createRequire(import.meta.url)('temporal-payouts/package.json') as { readonly version: string }).version;

const ENVIRONMENT = `
Environment:
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE   the Temporal server (localhost:7233, default); TLS and API key
                                         as the SDK reads them (TEMPORAL_API_KEY, TEMPORAL_TLS, …)
  PAYOUTS_TASK_QUEUE                     payouts
  PAYOUTS_DATABASE_URL                   the ledger; show, list and wait need nothing else, read-only is enough
  PAYOUTS_UI_URL                         the Temporal UI: start and show print the address of a payout's page
  PAYOUTS_ENCRYPTION_KEYS                encrypts what Temporal keeps; the same for all: id:base64key, the newest first
  MANIFEST_BASE_URL, MANIFEST_API_KEY    providers, for workers only; another account appends its name,
  PROLIFIC_BASE_URL, PROLIFIC_API_TOKEN  such as MANIFEST_API_KEY__US for "account":"us"
  RESPONDENT_BASE_URL, RESPONDENT_API_KEY, RESPONDENT_API_SECRET
  PAYOUTS_HTTP_TIMEOUT_MS, PAYOUTS_SEND_BY_MS, PAYOUTS_SETTLE_MS, PAYOUTS_POLL_MS
                                         times, also for one provider: PAYOUTS_PROLIFIC_SETTLE_MS
  MANIFEST_WEBHOOK_USER, MANIFEST_WEBHOOK_PASSWORD, RESPONDENT_WEBHOOK_SECRET
                                         for \`payouts webhooks\` only

Exit codes:
  0 done as asked   1 refused or ended otherwise   2 usage or bad input
  3 in doubt        4 waited too long              5 server or ledger not reachable

Example:
  payouts start payouts.csv --wait`;
