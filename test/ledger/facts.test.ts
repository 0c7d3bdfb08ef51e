import { setTimeout as sleep } from 'node:timers/promises';
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
