import { PayoutHandle } from '../client/payout-handle.js';
import type { Show } from '../payout/show.js';
import { CliError } from './cli-error.js';
import { describeWorkflow } from './describe-workflow.js';
import { EXIT } from './exit-codes.js';
import { isUnanswered } from './is-unanswered.js';
import { readRunning } from './read-running.js';
import type { Temporal } from './temporal.js';

const ANSWERS_WITHIN_MS = 5_000;

/** Asks the payout's workflow. Where no worker answers, what the Temporal server itself knows is told. */
export async function askWorkflow(temporal: Temporal, reference: string): Promise<Show> {
  const { client, connection, target } = temporal;
  const handle = new PayoutHandle({ client, taskQueue: target.taskQueue, db: undefined }, reference);
  try {
    return await connection.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () => handle.status());
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return (await readServer(temporal, handle)) ?? refuseToGuess(reference);
  }
}

/** Nothing where the server cannot know it: the workflow was ended from outside, or started by reference alone. */
async function readServer({ client }: Temporal, handle: PayoutHandle): Promise<Show | undefined> {
  const description = await describeWorkflow(client, handle.reference);
  switch (description.status.name) {
    case 'RUNNING':
      return readRunning(client, description, handle.reference);
    case 'COMPLETED':
      return handle.result();
    default:
      return undefined;
  }
}

function refuseToGuess(reference: string): never {
  throw new CliError(
    'WaitedTooLong',
    `nobody can tell about ${reference} (no worker answers, and no ledger is named): ` +
      'start a worker, or set PAYOUTS_DATABASE_URL',
    EXIT.waitedTooLong,
  );
}
