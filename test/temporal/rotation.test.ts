import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, it, onTestFinished } from 'vitest';
import { readDataConverter } from '../../src/temporal/data-converter.js';
import { ensureSweepSchedule, expectPinned, sweepScheduleId } from '../../src/temporal/sweep-schedule.js';
import { shortId } from '../support/requests.js';

const newKey = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;

it('after a rotation and `migrate` nobody needs the old key to see which ledger a queue belongs to', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const clientWith = (...keys: readonly string[]) =>
    new Client({ connection, dataConverter: readDataConverter({ PAYOUTS_ENCRYPTION_KEYS: keys.join(',') }) });
  const [k1, k2] = [newKey('k1'), newKey('k2')];
  const [taskQueue, ledgerId] = [`payouts-${shortId()}`, 'ledger-1'];
  expect(await ensureSweepSchedule(clientWith(k1), taskQueue, ledgerId)).toBe(true);
  onTestFinished(() => clientWith(k1).schedule.getHandle(sweepScheduleId(taskQueue)).delete());

  await expect(expectPinned(clientWith(k2), taskQueue, ledgerId)).rejects.toThrow('key k1');
  expect(await ensureSweepSchedule(clientWith(k2, k1), taskQueue, ledgerId)).toBe(false);
  expect(await expectPinned(clientWith(k2), taskQueue, ledgerId)).toBe(true);
});
