import { LedgerMismatch, LedgerNotAccepted } from '../src/payout/errors.js';
import { expectKnown } from '../src/ledger/ledger.js';
import type { LedgerTransaction, Standing } from '../src/ledger/transaction.js';

/**
 * The ledger's standing, read first in every transaction that may lead to a payment; locks the payout that is named on the way. Throws
 * where it is not to be trusted.
 */
export async function expectStanding(
  tx: LedgerTransaction,
  pinnedLedgerId: string | undefined,
  locking?: string,
): Promise<Standing> {
  const standing = await tx.standing(locking);
  expectKnown(standing.newestMigration);
  if (pinnedLedgerId !== undefined && pinnedLedgerId !== standing.ledgerId)
    throw new LedgerMismatch(
      `this payout was begun on ledger ${pinnedLedgerId}, and this worker uses ${standing.ledgerId}: mend PAYOUTS_DATABASE_URL`,
    );
  if (!standing.accepted)
    throw new LedgerNotAccepted(
      `the ledger's database (${standing.identity}) was restored or promoted; nothing is paid until a person who knows ` +
        'that no payment is missing from it says `payouts accept-ledger --by NAME`',
    );
  return standing;
}
