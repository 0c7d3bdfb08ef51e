import type { Kysely } from 'kysely';
import { readShow } from '../ledger/read.js';
import { NotFound } from '../payout/errors.js';
import type { Show } from '../payout/show.js';
import { askWorkflow } from './ask-workflow.js';
import { describeWorkflow, readRefusal } from './describe-workflow.js';
import { NotInLedger } from './not-in-ledger.js';
import { readRunning } from './read-running.js';
import type { Temporal } from './temporal.js';

/** What Temporal knows of a payout that the ledger does not: that it was started, or why its start was refused. */
export async function readOutsideLedger(
  db: Kysely<unknown>,
  temporal: Temporal | undefined,
  reference: string,
): Promise<Show> {
  if (!temporal) throw new NotInLedger(reference);
  try {
    return await readStart(temporal, reference);
  } catch (error) {
    // It may have been claimed, and even have ended, between the two looks.
    const show = error instanceof NotFound ? await readShow(db, reference) : undefined;
    if (show) return show;
    throw error;
  }
}

async function readStart(temporal: Temporal, reference: string): Promise<Show> {
  const { client } = temporal;
  const description = await describeWorkflow(client, reference);
  switch (description.status.name) {
    case 'RUNNING': {
      const show = await readRunning(client, description, reference);
      if (show) return show;
      throw new NotFound(reference);
    }
    case 'FAILED':
      throw await readRefusal(client, reference);
    case 'COMPLETED':
      // Another ledger than ours holds it.
      return askWorkflow(temporal, reference);
    default:
      throw new NotFound(reference);
  }
}
