import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger, type PostgresLedger } from '../../src/ledger/ledger.js';
import { files, read } from '../architecture/sources.js';
import { makeDatabase } from '../support/database.js';
import { manifestRequest, shortId } from '../support/requests.js';
import { startPayouts } from '../support/stack.js';
import { blocksOf } from './said-commands.js';

const page = read('docs/OPERATING.md');
const statementsOf = (block: string): readonly string[] =>
  block
    .split(';')
    .map((statement) => statement.replace(/^\s*--.*$/gm, '').trim())
    .filter((statement) => statement !== '');
const [grants = '', queries = ''] = blocksOf(page, 'sql').map((block) => block);

describe('docs/OPERATING.md', () => {
  let url: string;
  let ledger: PostgresLedger;
  const role = `payouts_worker_${shortId().replaceAll('-', '_')}`;
  beforeAll(async () => {
    url = await makeDatabase();
    ledger = openLedger({ url, maxConnections: 2 });
    await ledger.migrate();
    await sql.raw(`create role ${role} login password 'made-up'`).execute(ledger.db);
  });
  afterAll(async () => {
    await sql.raw(`drop owned by ${role}`).execute(ledger.db);
    await sql.raw(`drop role ${role}`).execute(ledger.db);
    await ledger.close();
  });

  it('grants a worker enough to pay, and too little to forget', async () => {
    for (const statement of statementsOf(grants))
      await sql.raw(statement.replaceAll('payouts_worker', role)).execute(ledger.db);
    const asWorker = new URL(url);
    asWorker.username = role;
    asWorker.password = 'made-up';
    const stack = await startPayouts({ databaseUrl: url, workers: 0 });
    try {
      await stack.startWorker({ PAYOUTS_DATABASE_URL: asWorker.href });
      expect(await stack.pay(manifestRequest())).toMatchObject({ status: 'sent' });
      await stack.expectAgreement();
    } finally {
      await stack.stop();
    }
    const worker = openLedger({ url: asWorker.href, maxConnections: 1 });
    try {
      for (const forgetting of ['delete from claims', 'truncate events', 'drop table payouts'])
        await expect(sql.raw(forgetting).execute(worker.db)).rejects.toThrow(/permission denied|must be owner/);
    } finally {
      await worker.close();
    }
  });

  it('asks the ledger what it can answer', async () => {
    const asked = statementsOf(queries);
    expect(asked).toHaveLength(3);
    for (const query of asked) await sql.raw(query).execute(ledger.db);
  });

  it('names checks of the doctor that there are', () => {
    const doctor = files()
      .filter((file) => file.startsWith('src/cli/doctor/'))
      .map(read)
      .join('\n');
    const named = [...page.matchAll(/`payouts doctor`, check `([^`…]+)…?`/g)].map(([, name = '']) => name.trim());
    expect(named.length).toBeGreaterThanOrEqual(4);
    const isThere = (name: string) => doctor.includes(`'${name}'`) || doctor.includes(`\`${name} \${`);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });

  it('leads to files that there are', () => {
    const tree = new Set(files());
    const led = [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) =>
      new URL(path, 'file:///docs/').pathname.slice(1),
    );
    expect(led.length).toBeGreaterThan(5);
    expect(led.filter((path) => !tree.has(path))).toEqual([]);
  });
});
