import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { factsOfAllQuery, factsQuery } from '../../src/ledger/facts-query.js';
import type { PostgresLedger } from '../../src/ledger/ledger.js';
import { makeLedger } from '../support/ledger.js';

/** Shared calls make few attempts of many payouts: a small table, which is tempting to read whole. */
const SHARED_BY = 10;

const pay = async ({ db }: PostgresLedger, from: number, to: number): Promise<void> => {
  const payouts = sql`generate_series(${from}::int, ${to}::int) i`;
  await sql`
    insert into claims (reference, provider, account, host, credentials, request)
    select 'p/' || i, 'manifest', 'default', 'host', 'hash', '{}' from ${payouts}`.execute(db);
  await sql`
    insert into events (reference, status, waiting_for, evidence, is_break)
    select 'p/' || i, 'sent', 'nothing', 'seen', false from ${payouts}`.execute(db);
  await sql`
    insert into payouts (reference, version, status, waiting_for, evidence, since, updated_at)
    select 'p/' || i, i, 'sent', 'nothing', 'seen', now(), now() from ${payouts}`.execute(db);
  await sql`
    with attempt as (
      insert into attempts (number, idempotency_key, call, body)
      select 1, 'key ' || i, '{}', '{}' from ${payouts} where i % ${SHARED_BY}::int = 0 returning id
    ), members as (
      insert into attempt_members (reference, attempt_id)
      select 'p/' || ${from}::int + row_number() over () - 1, id from attempt, generate_series(1, ${SHARED_BY}::int)
    ), exchange as (
      insert into exchanges (attempt_id, opened_at, send_by, closes_at, credentials, grounds, worker)
      select id, now(), now(), now(), 'hash', 'first', 'worker' from attempt returning id
    )
    insert into outcomes (exchange_id, outcome) select id, '{}' from exchange`.execute(db);
};

describe('the facts of payouts', () => {
  const some = Array.from({ length: 100 }, (_, index) => `p/${index * 29 + 1}`);
  const planOf = async (ledger: PostgresLedger, query: ReturnType<typeof factsQuery>): Promise<string> =>
    JSON.stringify((await sql<object>`explain (verbose) ${query}`.execute(ledger.db)).rows, null, 1);

  it.each([
    { statistics: 'none were ever made', analyzed: 0 },
    { statistics: 'they are of a tenth of the rows', analyzed: 300 },
    { statistics: 'they are of today', analyzed: 3_000 },
  ])('are looked up by their keys, however many others there are: $statistics', async ({ analyzed }) => {
    const ledger = await makeLedger();
    await sql`alter table attempts set (autovacuum_enabled = off)`.execute(ledger.db);
    if (analyzed > 0) {
      await pay(ledger, 1, analyzed);
      await sql`analyze claims, payouts, attempts, attempt_members, exchanges, outcomes, events`.execute(ledger.db);
    }
    if (analyzed < 3_000) await pay(ledger, analyzed + 1, 3_000);

    for (const query of [factsQuery('p/7'), factsOfAllQuery(some)]) {
      const plan = await planOf(ledger, query);
      expect(plan).toContain('Index Scan');
      expect(plan).not.toContain('Seq Scan');
      expect(plan, 'a function that is called for every instant costs more than the reading').not.toContain(
        'epoch_ms(',
      );
    }
    const { rows } = await factsOfAllQuery(some).execute(ledger.db);
    expect(rows.map(({ reference, attempts }) => [reference, attempts?.length])).toEqual(
      [...some].sort().map((reference) => [reference, 1]),
    );
  });
});
