import { NotFound } from '../payout/errors.js';

/** Thrown when only the ledger could be asked: a payout that was started a moment ago may not be in it yet. */
export class NotInLedger extends NotFound {}
