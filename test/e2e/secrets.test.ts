import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestRequest, PAYING_ROUTES, PROVIDER_NAMES, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

const SECRETS = ['MANIFEST_API_KEY', 'PROLIFIC_API_TOKEN', 'RESPONDENT_API_KEY', 'RESPONDENT_API_SECRET'] as const;

let stack: TestStack;
let worker: WorkerProcess;
/** Payouts that went every way in which words of a provider or of a library are written down. */
const references: string[] = [];
beforeAll(async () => {
  stack = await startPayouts({ workers: 0 });
  worker = await startWorkerProcess(stack.env);
  await Promise.all(PROVIDER_NAMES.map(payEveryWay));
  const refused = { ...manifestRequest(), amountMinor: -1 };
  await stack.client.workflow
    .execute('payout', {
      workflowId: `payout/${refused.reference}`,
      taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
      args: [refused],
    })
    .catch(() => undefined);
  references.push(refused.reference);
});
afterAll(async () => {
  await worker?.kill();
  await stack?.stop();
});

async function payEveryWay(provider: ProviderName): Promise<void> {
  for (const fault of WAYS) {
    stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], ...fault });
    const request = REQUESTS[provider]();
    references.push(request.reference);
    const handle = await stack.payouts.start(request);
    if ('status' in fault && fault.status === 401) {
      await stack.until(request.reference, { waitingFor: 'operator' });
      await handle.cancel({ by: 'ada' });
    }
    await handle.result();
  }
}

const WAYS = [
  { kind: 'reply_lost' },
  { kind: 'garbage_body' },
  { kind: 'status', status: 422 },
  { kind: 'status', status: 401 },
] as const;

/** The credentials, also in the forms in which they travel. */
const forbidden = (): readonly string[] =>
  SECRETS.flatMap((name) => {
    const secret = stack.env[name] as string;
    return [secret, Buffer.from(secret).toString('base64'), Buffer.from(`${secret}:`).toString('base64')];
  });

const findIn = (text: string): readonly string[] => forbidden().filter((secret) => text.includes(secret));

describe('the credentials of the providers', () => {
  it('are what these tests look for, and the sandbox was asked with them', () => {
    expect(new Set(forbidden()).size).toBe(3 * SECRETS.length);
    expect(stack.sandbox.journal().length).toBeGreaterThan(PROVIDER_NAMES.length);
    expect(findIn(JSON.stringify(stack.env))).toHaveLength(SECRETS.length);
  });

  it('are in no workflow history', async () => {
    for (const reference of references) {
      const history = await stack.client.workflow.getHandle(`payout/${reference}`).fetchHistory();
      const text = readPayloads(JSON.parse(historyToJSON(history))).join('\n');
      // What the payloads hold is really read.
      expect(text).toContain(reference);
      expect(findIn(text)).toEqual([]);
    }
  });

  it('are in no row of the ledger', async () => {
    const { db } = stack.ledger;
    const tables = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db);
    const names = tables.rows.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['claims', 'attempts', 'exchanges', 'outcomes', 'decisions', 'events']),
    );
    for (const name of names) {
      const { rows } = await sql<{ row: string }>`select row_to_json(t)::text as row from ${sql.table(name)} t`.execute(
        db,
      );
      expect(findIn(rows.map(({ row }) => row).join('\n'))).toEqual([]);
    }
  });

  it('are in no line that a worker prints', () => {
    expect(worker.output()).toContain('"running"');
    expect(findIn(worker.output())).toEqual([]);
  });

  it('have paid what the ledger says', () => stack.expectAgreement());
});

/** Every text of a history, payloads decoded. */
function readPayloads(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value, Buffer.from(value, 'base64').toString()];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(readPayloads);
}
