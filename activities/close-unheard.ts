import { LedgerUnreachable, PayoutsError } from '../src/payout/errors.js';
import type { Outcome } from '../src/payout/outcome.js';
import type { Deps } from './deps.js';

/** Opens an exchange under a token that is this step's alone. Where the answer to the commit is lost, the request is never made. */
export async function orCloseUnheard<T>(
  deps: Deps,
  token: string,
  referencesOf: () => readonly string[],
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (mayHaveCommitted(error)) for (const reference of referencesOf()) await closeUnheard(deps, reference, token);
    throw error;
  }
}

/** What we throw ourselves rolls the transaction back; of a connection that broke nobody knows whether the commit was carried out. */
const mayHaveCommitted = (error: unknown): boolean =>
  !(error instanceof PayoutsError) || error instanceof LedgerUnreachable;

const CLOSING_TRIES = 3;
const CLOSING_PAUSE_MS = 500;

/**
 * The commit was carried out and its answer lost, as far as can be seen: the request was not made and never will be, since the
 * step that alone may make it ends here. Said in the ledger, nobody has to wait it out and doubt it. Best effort.
 */
async function closeUnheard({ ledger, clock }: Deps, reference: string, token: string): Promise<void> {
  for (let tries = 1; tries <= CLOSING_TRIES; tries += 1) {
    await clock.sleep(CLOSING_PAUSE_MS);
    try {
      await ledger.transaction(async (tx) => {
        await tx.facts(reference);
        const exchangeId = await tx.exchangeOpenedBy(reference, token);
        if (exchangeId !== undefined) await tx.recordOutcome(exchangeId, UNHEARD);
      });
      return;
    } catch {
      // The ledger is still away. The exchange stays open, and the next step waits it out.
    }
  }
}

const UNHEARD: Outcome = {
  kind: 'unsent',
  cause: 'the answer of the ledger to the commit was lost, so the request was not made',
};
