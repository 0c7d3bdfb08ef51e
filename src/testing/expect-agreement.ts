import type { Kysely } from 'kysely';
import { compareWithLedger } from '../sandbox/agreement.js';
import type { Payment } from '../sandbox/provider.js';

/** Thrown when the simulated providers paid otherwise than the ledger says. Names the payouts. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
  readonly code = 'Disagreement';
}

/** Compares what was really paid with the ledger, payout by payout. Throws `DisagreementError`. */
export async function expectAgreement(db: Kysely<unknown>, journal: readonly Payment[]): Promise<void> {
  const { rows } = await compareWithLedger(db, journal);
  const wrong = rows.filter(({ verdict }) => verdict !== 'agrees');
  if (wrong.length === 0) return;
  const named = wrong.map(({ reference, key, verdict }) => `${reference ?? key}: ${verdict}`);
  throw new DisagreementError(`what was paid does not agree with the ledger: ${named.join('; ')}`);
}
