import type { Migration } from 'kysely';
import { ledger001 } from './001-ledger.js';
import { watch002 } from './002-watch.js';
import { requestPermits003 } from './003-request-permits.js';
import { batches004 } from './004-batches.js';
import { findByRequest005 } from './005-find-by-request.js';
import { inlineEpochMs006 } from './006-inline-epoch-ms.js';

/** In order of their names. A worker refuses a ledger that has a migration which is not in this list. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001-ledger': ledger001,
  '002-watch': watch002,
  '003-request-permits': requestPermits003,
  '004-batches': batches004,
  '005-find-by-request': findByRequest005,
  '006-inline-epoch-ms': inlineEpochMs006,
};

export const NEWEST_MIGRATION = Object.keys(MIGRATIONS).at(-1) as string;
