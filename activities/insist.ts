import { LedgerUnreachable, PayoutsError } from '../src/payout/errors.js';
import type { Deps } from './deps.js';

const TRIES = 8;
const PAUSE_MS = 250;

/** Only this step knows the outcome: a try of the whole step by Temporal has forgotten it, so a ledger that hiccups is asked again. */
export async function insist<T>({ clock }: Pick<Deps, 'clock'>, write: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await write();
    } catch (error) {
      const isRefusal = error instanceof PayoutsError && !(error instanceof LedgerUnreachable);
      if (isRefusal || tries === TRIES) throw error;
      await clock.sleep(PAUSE_MS * tries);
    }
  }
}
