import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PostgresLedger } from '../../src/ledger/ledger.js';
import { makeLedger, claim, openExchange, rule } from '../support/ledger.js';
import { prolificRequest } from '../support/requests.js';

/** What happened stays as it was written; only the newest state and the lanes change. */
const FACTS = [
  'acceptances',
  'claims',
  'attempts',
  'attempt_members',
  'exchanges',
  'outcomes',
  'decisions',
  'events',
] as const;

let ledger: PostgresLedger;
beforeEach(async () => {
  ledger = await makeLedger();
  await ledger.transaction(async (tx) => {
    const facts = await claim(tx, prolificRequest());
    const exchangeId = await openExchange(tx, facts);
    await tx.recordOutcome(exchangeId, { kind: 'accepted', httpStatus: 202 });
    await tx.recordDecision(facts.claim.reference, { kind: 'resume', by: 'ada' }, 'message-1');
    await rule(tx, facts);
  });
});

const columnOf = async (table: string): Promise<string> => {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_name = ${table} and is_identity = 'NO' and is_generated = 'NEVER' order by ordinal_position`.execute(
    ledger.db,
  );
  return rows[0]?.name as string;
};

describe.each(FACTS)('%s', (table) => {
  it('has rows, none of which can be changed, deleted or truncated', async () => {
    const count = async () => (await sql`select * from ${sql.table(table)}`.execute(ledger.db)).rows;
    const before = await count();
    expect(before.length).toBeGreaterThan(0);
    const column = sql.ref(await columnOf(table));
    const refused = /the ledger is append-only: (UPDATE|DELETE|TRUNCATE) on \w+ is refused/;
    await expect(sql`update ${sql.table(table)} set ${column} = ${column}`.execute(ledger.db)).rejects.toThrow(refused);
    await expect(sql`delete from ${sql.table(table)}`.execute(ledger.db)).rejects.toThrow(refused);
    await expect(sql`truncate ${sql.table(table)} cascade`.execute(ledger.db)).rejects.toThrow(refused);
    expect(await count()).toEqual(before);
  });
});

it('what an outcome says can hold characters that Postgres does not take, and is kept all the same', async () => {
  const request = prolificRequest();
  await ledger.transaction(async (tx) => {
    const facts = await claim(tx, request);
    await tx.recordOutcome(await openExchange(tx, facts), { kind: 'ambiguous', cause: 'a\0b\ud800c' });
  });
  const facts = await ledger.transaction((tx) => tx.facts(request.reference));
  expect(facts?.attempts[0]?.exchanges[0]?.outcomes[0]?.outcome).toEqual({ kind: 'ambiguous', cause: 'ab\ufffdc' });
});
