import type { PostgresLedger } from '../../ledger/ledger.js';
import { LedgerSchema } from '../../payout/errors.js';
import { databaseUrl } from '../database-url.js';
import { toTold } from '../errors.js';
import { openReadOnly } from '../payout-reader.js';
import type { Env } from '../temporal.js';
import { checkDurability } from './check-durability.js';
import { good, problem, warning, type Finding } from './finding.js';

/** The database, its schema, whether it is accepted and keeps what it commits, and its clock. */
export async function checkLedger(env: Env): Promise<readonly Finding[]> {
  let ledger: PostgresLedger | undefined;
  try {
    ledger = openReadOnly(databaseUrl(env));
    return await checkStanding(ledger);
  } catch (error) {
    const { message } = toTold(error);
    if (!(error instanceof LedgerSchema)) return [problem('ledger', message)];
    return [good('ledger', 'reachable'), problem('migrations', message)];
  } finally {
    await ledger?.close();
  }
}

async function checkStanding(ledger: PostgresLedger): Promise<readonly Finding[]> {
  await ledger.expectCurrent();
  const askedAtMs = Date.now();
  const { ledgerId, identity, accepted, nowMs, newestMigration } = await ledger.transaction((tx) => tx.standing());
  const clock = checkClock(askedAtMs, nowMs, Date.now());
  return [
    good('ledger', `${ledgerId} on ${identity}`),
    good('migrations', `up to date (${newestMigration})`),
    accepted ? good('ledger accepted', 'yes') : problem('ledger accepted', NOT_ACCEPTED),
    clock,
    await checkDurability(ledger.db),
  ];
}

const NOT_ACCEPTED =
  'no: the database was restored, promoted or is a replica, and nothing is paid; when no payment is missing from it, ' +
  'run `payouts accept-ledger --by NAME`';

const TOLERATED_MS = 5_000;

/** The answer was made somewhere between the asking and its arrival. The database's clock rules; this machine's dates the logs. */
export function checkClock(askedAtMs: number, databaseMs: number, answeredAtMs: number): Finding {
  const aheadMs = databaseMs < askedAtMs ? databaseMs - askedAtMs : Math.max(0, databaseMs - answeredAtMs);
  if (Math.abs(aheadMs) <= TOLERATED_MS) return good('clock', "agrees with the database's");
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return warning(
    'clock',
    `the database's is ${seconds} s ${aheadMs > 0 ? 'ahead' : 'behind'}: mend the time service of both`,
  );
}
