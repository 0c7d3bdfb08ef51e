import { LedgerMismatch } from '../../payout/errors.js';
import { expectPinned } from '../../temporal/sweep-schedule.js';
import { databaseUrl } from '../database-url.js';
import { openReadOnly } from '../payout-reader.js';
import { connectTemporal, type Env } from '../temporal.js';
import { good, problem, type Finding } from './finding.js';

/** Whether the task queue belongs to this ledger. Nothing, where one of the two cannot be asked: that is told elsewhere. */
export async function checkPinned(env: Env): Promise<readonly Finding[]> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const ledger = openReadOnly(databaseUrl(env));
    closers.push(() => ledger.close());
    const { ledgerId } = await ledger.expectCurrent();
    const { client, connection, target } = await connectTemporal(env);
    closers.push(() => connection.close());
    const isPinned = await expectPinned(client, target.taskQueue, ledgerId);
    return [
      isPinned
        ? good('task queue', `${target.taskQueue} belongs to this ledger`)
        : problem('task queue', `${target.taskQueue} belongs to no ledger yet: run \`payouts migrate\``),
    ];
  } catch (error) {
    return error instanceof LedgerMismatch ? [problem('task queue', error.message)] : [];
  } finally {
    await Promise.all(closers.map((close) => close()));
  }
}
