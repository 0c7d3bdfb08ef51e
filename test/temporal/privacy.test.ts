import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PayoutsClient } from '../../src/client/payouts-client.js';
import { readDataConverter } from '../../src/temporal/data-converter.js';
import { createWorker } from '../../src/worker/create-worker.js';
import { runHere } from '../cli/run-here.js';
import { batchBench, manifestRow } from '../support/batch.js';
import { manifestRequest, newReference, prolificRequest, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { startOwnServer, type OwnServer } from './own-server.js';

const VARIABLE = 'PAYOUTS_ENCRYPTION_KEYS';
const KEY = randomBytes(32).toString('base64');
const SECRETS = ['MANIFEST_API_KEY', 'PROLIFIC_API_TOKEN', 'RESPONDENT_API_KEY', 'RESPONDENT_API_SECRET'] as const;
/** In every made-up value that nobody but us may read, and in nothing else. */
const MARKER = 'xyzzy';
const findMarked = (text: string): readonly string[] =>
  text
    .split(MARKER)
    .slice(0, -1)
    .map((before) => `${before.slice(-40)}${MARKER}`);
/** A field that no payout has: its name is in the reason of the refusal, which our own log may tell. */
const UNKNOWN_FIELD = 'unheardOf';
/** In a workflow that is started without keys: what a dump looks like when it is readable. */
const IN_CLEAR = 'left-in-clear';

const manifest = manifestRequest({
  accountConnection: 'acon_xyzzy',
  description: 'xyzzy description',
  metadata: { person: 'xyzzy user data' },
});
const prolific = prolificRequest({ participantId: 'xyzzy-participant' });
const respondent = respondentRequest({ screenerResponseId: 'xyzzy-response' });
const scheduled = manifestRequest({ accountConnection: 'acon_xyzzy', scheduledAt: '2099-01-01T00:00:00Z' });
const refused = { ...manifestRequest(), [UNKNOWN_FIELD]: 1 };
const inBatch = [1, 2].map((n) => manifestRow(newReference('row'), { description: `xyzzy row ${n}` }));
const references = [manifest, prolific, respondent, scheduled, refused].map(({ reference }) => reference);

let own: OwnServer;
let stack: TestStack;
let worker: WorkerProcess;
let refusal: unknown;
beforeAll(async () => {
  own = await startOwnServer();
  stack = await startPayouts({
    workers: 0,
    prolific: { submissions: [{ id: 's-1', study: 'study', participant: 'xyzzy-participant' }] },
    env: {
      TEMPORAL_ADDRESS: own.server.address,
      PAYOUTS_METRICS_ADDRESS: '127.0.0.1:0',
      [VARIABLE]: `k1:${KEY}`,
    },
  });
  worker = await startWorkerProcess(stack.env);
  const bench = batchBench(stack);
  await bench.start('markers', inBatch);
  const { client, env } = stack;
  const taskQueue = env['PAYOUTS_TASK_QUEUE'] as string;
  const options = { workflowId: `payout/${refused.reference}`, taskQueue, args: [refused] };
  refusal = await client.workflow.execute('payout', options).catch((error: unknown) => error);
  await plain(stack).workflow.start('payout', { workflowId: 'plain', taskQueue: 'nobody', args: [IN_CLEAR] });
  await Promise.all([manifest, prolific, respondent].map((request) => stack.pay(request)));
  await stack.payouts.start(scheduled);
  await stack.until(scheduled.reference, { waitingFor: 'date' });
  await bench.ended('markers');
});
afterAll(async () => {
  await worker?.kill();
  await stack?.stop();
  await own?.stop();
});

/** A client that knows no key, as the UI without a codec server. */
const plain = ({ client }: TestStack): Client => new Client({ connection: client.connection });

describe('with PAYOUTS_ENCRYPTION_KEYS', () => {
  it('a payout is paid, and its ending is read, as without', async () => {
    for (const { reference } of [manifest, prolific, respondent])
      expect(await stack.payouts.getHandle(reference).result()).toMatchObject({ reference, status: 'sent' });
    await stack.expectAgreement(manifest.reference, prolific.reference, respondent.reference);
  });

  it('no history holds whom a payout concerns', async () => {
    const { client } = stack;
    const seen: string[] = [];
    for await (const { workflowId } of client.workflow.list()) {
      if (workflowId === 'plain') continue;
      seen.push(workflowId);
      const text = readTexts(JSON.parse(historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory())));
      expect(text).toContain('binary/encrypted');
      expect(findMarked(text)).toEqual([]);
      expect(text).not.toContain(UNKNOWN_FIELD);
    }
    expect(seen).toEqual(expect.arrayContaining(references.map((reference) => `payout/${reference}`)));
    expect(seen.length).toBeGreaterThan(references.length);
  });

  it('no description of a workflow does, its memo and its summary included', async () => {
    const { client } = stack;
    for (const reference of references) {
      const workflowId = `payout/${reference}`;
      const described = await client.workflowService.describeWorkflowExecution({
        namespace: 'default',
        execution: { workflowId },
      });
      const text = readTexts(JSON.parse(JSON.stringify(described)));
      expect(text).toContain(reference);
      expect(findMarked(text)).toEqual([]);
      expect(text).not.toContain('through manifest');
    }
    const handle = client.workflow.getHandle(`payout/${manifest.reference}`);
    const described = await handle.describe();
    expect(described.memo).toMatchObject({ provider: 'manifest' });
    expect(await described.staticSummary()).toContain('through manifest');
  });

  it('no byte that the server has written down does', async () => {
    const dump = await until(
      () => own.dump(),
      (bytes) => bytes.includes(manifest.reference),
    );
    const text = dump.toString('latin1');
    // A payload in clear would be found.
    expect([IN_CLEAR, 'binary/encrypted', UNKNOWN_FIELD].filter((one) => text.includes(one))).toEqual([
      IN_CLEAR,
      'binary/encrypted',
    ]);
    expect(findMarked(text)).toEqual([]);
  });

  it('the reason of a refusal is encrypted, and told to whoever has the key', () => {
    const told: string[] = [];
    for (let error = refusal; error instanceof Error; error = error.cause) told.push(error.message);
    expect(told.join()).toContain(UNKNOWN_FIELD);
  });

  it('a signal that is sent in clear is heard, as from the UI', async () => {
    const handle = plain(stack).workflow.getHandle(`payout/${scheduled.reference}`);
    await handle.signal('cancel', { by: 'ada' });
    await stack.until(scheduled.reference, { status: 'canceled' });
  });

  it('who has no key is told which one, by the library and by the command line', async () => {
    const keyless = new Client({ connection: stack.client.connection, dataConverter: readDataConverter({}) });
    const payouts = new PayoutsClient({ client: keyless, taskQueue: stack.payouts.taskQueue });
    await expect(payouts.getHandle(manifest.reference).result()).rejects.toThrow(/key k1, and PAYOUTS_ENCRYPTION_KEYS/);
    const { [VARIABLE]: _, PAYOUTS_DATABASE_URL: __, ...env } = stack.env;
    const other = `k2:${randomBytes(32).toString('base64')}`;
    for (const [more, told] of [
      [{}, /key k1, and PAYOUTS_ENCRYPTION_KEYS is not set/],
      [{ [VARIABLE]: other }, /key k1, which PAYOUTS_ENCRYPTION_KEYS does not hold/],
    ] as const) {
      const { code, stderr } = await runHere(['show', manifest.reference], { env: { ...env, ...more } });
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(told) as string });
      expect(stderr).not.toMatch(/bug|unexpected/);
    }
  });

  it('a bundle of workflows that would tell the messages of errors in clear is refused', async () => {
    const workflows = { workflowBundle: { code: '' } };
    await expect(createWorker({ env: stack.env, workflows })).rejects.toThrow(
      /PAYOUTS_ENCRYPTION_KEYS: .*workflowSource/,
    );
  });
});

describe('the secrets', () => {
  const forbidden = (): readonly string[] =>
    [...SECRETS.map((name) => stack.env[name] as string), KEY].flatMap((secret) => [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(`${secret}:`).toString('base64'),
    ]);
  const findIn = (text: string): readonly string[] => forbidden().filter((secret) => text.includes(secret));

  it('are what is looked for', () => {
    expect(findIn(JSON.stringify(stack.env))).toHaveLength(SECRETS.length + 1);
  });

  it('are in no byte of the Temporal server, in no row of the ledger and in no line of a worker', async () => {
    expect(findIn((await own.dump()).toString('latin1'))).toEqual([]);
    const { db } = stack.ledger;
    const { rows } = await sql<{ text: string }>`
      select database_to_xml(true, true, '')::text as text`.execute(db);
    expect(rows[0]?.text).toContain(manifest.reference);
    expect(findIn(rows[0]?.text ?? '')).toEqual([]);
    expect(worker.output()).toContain('"running"');
    expect(findIn(worker.output())).toEqual([]);
    const lines = worker.output().match(/^\{"level".*$/gm) ?? [];
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(
      expect.objectContaining({ reference: manifest.reference, step: 'submit', attempt: 1, status: 'sent' }),
    );
    expect(findMarked(worker.output())).toEqual([]);
  });

  it('are in nothing that is measured, and nobody else is', async () => {
    const [, url = ''] = /"metrics": "([^"]+)"/.exec(worker.output()) ?? [];
    const text = await (await fetch(url)).text();
    expect(text).toMatch(/^payouts_by_status\{provider="manifest",account="default",status="sent"\} [1-9]/m);
    expect(findIn(text)).toEqual([]);
    expect(findMarked(text)).toEqual([]);
    expect(text).not.toContain(manifest.reference);
  });

  it('are in no error about themselves', async () => {
    const secret = `xyzzy${KEY}`;
    const env = { ...stack.env, [VARIABLE]: `k1:${secret}` };
    for (const args of [['doctor'], ['migrate'], ['worker'], ['codec-server', '--ui-origin', 'http://x']]) {
      const { code, stdout, stderr } = await runHere(args, { env });
      expect(code).not.toBe(0);
      expect(stdout + stderr).toContain(`${VARIABLE}: key k1 is not 32 bytes`);
      expect(findMarked(stdout + stderr)).toEqual([]);
    }
  });
});

/** Every text of it, and what its payloads hold. */
function readTexts(value: unknown): string {
  if (typeof value === 'string') return `${value}\n${Buffer.from(value, 'base64').toString('latin1')}`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(readTexts).join('\n');
}
