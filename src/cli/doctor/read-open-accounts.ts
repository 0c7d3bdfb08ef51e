import { readList } from '../../ledger/read.js';
import { STATUSES, isEnding } from '../../payout/status.js';
import { openReadOnly } from '../payout-reader.js';
import type { Env } from '../temporal.js';

const PER_STATUS = 500;

/** `provider/account` of payouts that have not ended, as far as a short look shows them. */
export async function readOpenAccounts(env: Env): Promise<readonly string[]> {
  const url = env['PAYOUTS_DATABASE_URL'];
  if (!url) return [];
  const ledger = openReadOnly(url);
  try {
    const open = STATUSES.filter((status) => !isEnding(status));
    const found = await Promise.all(open.map((status) => readList(ledger.db, { status, limit: PER_STATUS })));
    return [...new Set(found.flat().map(({ provider, account }) => `${provider}/${account}`))];
  } catch {
    // Whether the ledger can be read is another check's finding.
    return [];
  } finally {
    await ledger.close();
  }
}
