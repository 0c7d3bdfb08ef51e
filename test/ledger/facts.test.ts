import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Facts } from '../../src/payout/facts.js';
import { claim, makeLedger, openExchange } from '../support/ledger.js';
import { prolificRequest } from '../support/requests.js';

it('shows to whoever waited for a payout what was written by whom it waited for', async () => {
  const ledger = await makeLedger();
  const request = prolificRequest();
  const { reference } = request;
  await ledger.transaction((tx) => claim(tx, request));
  let second: Promise<Facts | undefined> | undefined;
  await ledger.transaction(async (tx) => {
    const facts = (await tx.facts(reference)) as Facts;
    second = ledger.transaction((other) => other.facts(reference));
    await sleep(300);
    const exchangeId = await openExchange(tx, facts);
    await tx.recordOutcome(exchangeId, { kind: 'accepted', httpStatus: 202 });
    await tx.recordDecision(reference, { kind: 'cancel', by: 'ada', reason: '' }, 'message-1');
  });
  const seen = await second;
  expect(seen?.attempts.flatMap(({ exchanges }) => exchanges)).toHaveLength(1);
  expect(seen?.decisions).toHaveLength(1);
});

it('finds the open exchange that one step wrote, by its token, and none that has an outcome', async () => {
  const ledger = await makeLedger();
  const request = prolificRequest();
  const { reference } = request;
  const opened = await ledger.transaction(async (tx) => openExchange(tx, await claim(tx, request)));
  const find = (worker: string) => ledger.transaction((tx) => tx.exchangeOpenedBy(reference, worker));
  expect(await find('test')).toBe(opened);
  expect(await find('another')).toBeUndefined();
  await ledger.transaction((tx) => tx.recordOutcome(opened, { kind: 'unsent', cause: 'made up' }));
  expect(await find('test')).toBeUndefined();
});

it('knows which messages were counted', async () => {
  const ledger = await makeLedger();
  const request = prolificRequest();
  const { reference } = request;
  await ledger.transaction((tx) => claim(tx, request));
  await ledger.transaction((tx) => tx.recordDecision(reference, { kind: 'resume', by: 'ada' }, 'message-1'));
  const counted = (id: string) => ledger.transaction((tx) => tx.isCounted(reference, id));
  expect(await Promise.all(['message-1', 'message-2'].map(counted))).toEqual([true, false]);
});

it('is that of the ledger it began with, or nothing', async () => {
  const ledger = await makeLedger();
  const { ledgerId } = await ledger.expectCurrent();
  expect((await ledger.transaction((tx) => tx.standing())).ledgerId).toBe(ledgerId);
  // As if the URL now led to another database.
  await sql`alter table ledger disable trigger all`.execute(ledger.db);
  await sql`update ledger set id = gen_random_uuid()`.execute(ledger.db);
  await expect(ledger.transaction((tx) => tx.standing())).rejects.toMatchObject({ code: 'LedgerMismatch' });
});
