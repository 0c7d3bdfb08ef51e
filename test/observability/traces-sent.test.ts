import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { exportTraces } from '../../src/tracing/export-traces.js';
import { runCli, type CliRun } from '../cli/run-cli.js';
import { manifestRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { startCollector, type Collector, type CollectedSpan } from './collector.js';

const PERSON = 'marker7person';
const request = () => manifestRequest({ accountConnection: `acon_${PERSON}`, metadata: { who: PERSON } });
const traced = request();
const inBatch = request();
const unsent = request();
const off = request();

/** Where nobody listens. */
const NOWHERE = 'http://127.0.0.1:9';
/** Prints what of OpenTelemetry the process loaded. */
const TELLS_LOADED = `import m from 'node:module'; process.on('exit', () => console.error('loaded: ' +
  Object.keys(m._cache).filter((file) => file.includes('@opentelemetry')).length));`;
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(TELLS_LOADED)}`;

let stack: TestStack;
let collector: Collector;
let worker: WorkerProcess;
let folder: string;
const runs: Record<'traced' | 'batch' | 'unsent' | 'off', CliRun> = {} as never;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'payouts-traces-'));
  [stack, collector] = await Promise.all([startPayouts({ workers: 0 }), startCollector()]);
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '100' };
  worker = await startWorkerProcess({ ...stack.env, ...on, OTEL_SERVICE_NAME: 'our-worker' });
  const run = (args: readonly string[], env: object, input?: unknown) =>
    runCli(args, { env: { ...stack.env, NODE_OPTIONS, ...env }, input: JSON.stringify(input) });

  const file = join(folder, 'rows.csv');
  const row = `${inBatch.reference},manifest,acon_${PERSON},1500,USD`;
  await writeFile(file, `reference,provider,accountConnection,amountMinor,currency\n${row}\n`);
  const away = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: NOWHERE };
  [runs.traced, runs.batch, runs.unsent, runs.off] = await Promise.all([
    run(['start', '-', '--wait'], on, traced),
    run(['batch', file, '--no-wait', '--id', 'sent'], on),
    run(['start', '-'], away, unsent),
    run(['start', '-'], {}, off),
  ]);
}, 120_000);
afterAll(async () => {
  await worker?.kill();
  await collector?.stop();
  await stack?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** From what began it down to this span, by their names and ids; as far as they have arrived. */
const wayTo = (span: CollectedSpan): readonly CollectedSpan[] => {
  const parent = collector.spans().find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [...wayTo(parent), span] : [span];
};
const waysToProvider = () =>
  collector
    .spans()
    .filter(({ name }) => name.startsWith('POST /payout'))
    .map(wayTo);

/** The way to the request that begins so. What is around a request ends after it, and arrives later. */
const wayFrom = async (name: string, about: string): Promise<readonly CollectedSpan[]> => {
  const isIt = ([begin]: readonly CollectedSpan[]) =>
    begin?.name === name && Object.values(begin.attributes).includes(about);
  const ways = await until(
    waysToProvider,
    (all) => all.some(isIt),
    () => `a way from ${name} of ${about} to the provider`,
  );
  return ways.find(isIt) ?? [];
};

describe('a collector', () => {
  it('sees one trace from `payouts start` to the request that the worker makes', async () => {
    const way = await wayFrom('StartWorkflow:payout', traced.reference);
    expect(way.map(({ name }) => name)).toEqual(['StartWorkflow:payout', 'RunActivity:submit', 'POST /payout']);
    expect(new Set(way.map(({ traceId }) => traceId)).size).toBe(1);
    expect(way.map(({ service }) => service)).toEqual(['payouts', 'our-worker', 'our-worker']);
  });

  it('sees one from `payouts batch` to the request that pays its row', async () => {
    const way = await wayFrom('UpdateWithStartWorkflow:batch', 'batch/sent');
    expect(new Set(way.map(({ traceId }) => traceId)).size).toBe(1);
  });

  it('sees no person and no secret in anything that is sent to it', () => {
    const sent = collector.bytes();
    expect(sent.includes(traced.reference)).toBe(true);
    for (const word of [PERSON, stack.env['MANIFEST_API_KEY'] as string]) expect(sent.includes(word)).toBe(false);
  });

  it('that is away disturbs no payout: it is said once, and the command ends as it would', async () => {
    expect(runs.unsent).toMatchObject({ code: 0 });
    expect(runs.unsent.stderr.match(/traces cannot be sent/g)).toHaveLength(1);
    await stack.until(unsent.reference, { status: 'sent' });
  });

  it('that is away is not waited for', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', NOWHERE);
    const said: string[] = [];
    const { tracing, stop } = exportTraces((line) => said.push(line));
    vi.unstubAllEnvs();
    const start = { workflowType: 'payout', headers: {}, options: { workflowId: 'payout/a' } };
    await tracing.client.startWithDetails?.(start as never, async () => ({ runId: 'a', eagerlyStarted: false }));
    const startedAt = performance.now();
    await stop();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(said).toHaveLength(1);
  });
});

describe('without a variable of OpenTelemetry', () => {
  it('nothing of it is loaded', () => {
    const loaded = (run: CliRun) => Number(/loaded: (\d+)/.exec(run.stderr)?.[1]);
    expect(loaded(runs.off)).toBe(0);
    expect(loaded(runs.traced)).toBeGreaterThan(10);
  });
});

it('agrees with what was paid', async () => {
  expect([runs.traced.code, runs.batch.code, runs.off.code]).toEqual([0, 0, 0]);
  for (const { reference } of [inBatch, off]) await stack.until(reference, { status: 'sent' });
  await stack.expectAgreement(traced.reference, inBatch.reference, unsent.reference, off.reference);
});
