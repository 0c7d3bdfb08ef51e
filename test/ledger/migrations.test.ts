import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { MIGRATIONS } from '../../src/ledger/migrations/index.js';
import { createWorker } from '../../src/worker/create-worker.js';
import { claim, makeLedger } from '../support/ledger.js';
import { prolificRequest } from '../support/requests.js';
import { makeDatabase } from '../support/database.js';

const open = (url: string) => {
  const ledger = openLedger({ url, maxConnections: 4 });
  onTestFinished(() => ledger.close());
  return ledger;
};

it('brings an empty database up to date, and a second time changes nothing', async () => {
  const ledger = open(await makeDatabase());
  expect(await ledger.migrate()).toEqual(Object.keys(MIGRATIONS));
  const request = prolificRequest();
  await ledger.transaction((tx) => claim(tx, request));
  const standing = await ledger.expectCurrent();
  expect(await ledger.migrate()).toEqual([]);
  expect(await ledger.expectCurrent()).toMatchObject({
    ledgerId: standing.ledgerId,
    salt: standing.salt,
    accepted: true,
  });
  expect(await ledger.transaction((tx) => tx.facts(request.reference))).toBeDefined();
});

it('can be run by several at the same moment', async () => {
  const url = await makeDatabase();
  const ran = await Promise.all([1, 2, 3, 4].map(() => open(url).migrate()));
  expect(ran.flat()).toEqual(Object.keys(MIGRATIONS));
  await expect(open(url).expectCurrent()).resolves.toMatchObject({ accepted: true });
});

it('gives every ledger an identity and a salt of its own', async () => {
  const [one, two] = [await makeLedger(), await makeLedger()];
  const [first, second] = [await one.expectCurrent(), await two.expectCurrent()];
  expect(first.ledgerId).not.toBe(second.ledgerId);
  expect(first.salt).not.toBe(second.salt);
});

it('a ledger that is older than the program is refused, and the message says what to run', async () => {
  const ledger = open(await makeDatabase());
  await expect(ledger.expectCurrent()).rejects.toMatchObject({
    code: 'LedgerSchema',
    message: expect.stringContaining('payouts migrate'),
  });
  await expect(ledger.accept('ada')).rejects.toMatchObject({ code: 'LedgerSchema' });
});

it('a ledger that is newer than the program is refused, by workers too', async () => {
  const ledger = await makeLedger();
  await sql`insert into kysely_migration (name, timestamp) values ('999-tomorrow', '2099-01-01')`.execute(ledger.db);
  const refusal = { code: 'LedgerSchema', message: expect.stringContaining('999-tomorrow') };
  await expect(ledger.expectCurrent()).rejects.toMatchObject(refusal);
  await expect(createWorker({ env: { PAYOUTS_DATABASE_URL: ledger.url } })).rejects.toMatchObject(refusal);
});

it('a database that is not there is refused as unreachable, without a long wait', async () => {
  const url = new URL(await makeDatabase());
  url.pathname = '/nowhere';
  await expect(open(url.href).expectCurrent()).rejects.toMatchObject({ code: 'LedgerUnreachable' });
  url.port = '1';
  await expect(open(url.href).expectCurrent()).rejects.toMatchObject({
    code: 'LedgerUnreachable',
    message: expect.stringContaining('PAYOUTS_DATABASE_URL'),
  });
});

it('a restored or promoted database stands apart until a person accepts it', async () => {
  const ledger = await makeLedger();
  await sql`insert into acceptances (system_identifier, timeline, accepted_by) values ('7000000000000000001', 1, 'migrate')`.execute(
    ledger.db,
  );
  expect(await ledger.expectCurrent()).toMatchObject({ accepted: false });
  // Bringing the schema up to date is no acceptance.
  await ledger.migrate();
  expect(await ledger.expectCurrent()).toMatchObject({ accepted: false });
  expect(await ledger.accept('ada')).toMatchObject({ accepted: true });
});
