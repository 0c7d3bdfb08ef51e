import { subscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import type { ClientRequest } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { SpanStatusCode } from '@opentelemetry/api';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { batchOf, PayoutsClient } from '../../src/client/index.js';
import { createTracing, type Tracing } from '../../src/tracing/index.js';
import { createWorker, type PayoutsWorker } from '../../src/worker/create-worker.js';
import { manifestRequest, PAYING_ROUTES, prolificRequest, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** Stands in all that could name a person. */
const PERSON = 'marker7person';
const about = { description: `for ${PERSON}`, metadata: { who: PERSON }, accountConnection: `acon_${PERSON}` };

const paid = manifestRequest(about);
const scheduled = manifestRequest({ ...about, scheduledAt: '2099-01-01T00:00:00Z' });
const bonus = prolificRequest({ submissionId: `study-${PERSON}` });
const bonusOf = prolificRequest({ participantId: `${PERSON}2` });
const refused = respondentRequest({ screenerResponseId: PERSON });
const lost = respondentRequest({ screenerResponseId: `${PERSON}2` });
const untraced = manifestRequest(about);
const rows = [manifestRequest(about), manifestRequest(about)];

const exporter = new InMemorySpanExporter();
/** Of all requests that this process makes: those to the providers. */
const headersSent = new Set<string>();
let tracing: Tracing;
let stack: TestStack;
let worker: PayoutsWorker;
let running: Promise<void>;
let spans: readonly ReadableSpan[];
beforeAll(async () => {
  subscribe('http.client.request.start', (message) => {
    for (const name of (message as { request: ClientRequest }).request.getHeaderNames()) headersSent.add(name);
  });
  stack = await startPayouts({ workers: 0, env: { PAYOUTS_RESPONDENT_SETTLE_MS: '600' } });
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  tracing = createTracing(provider);
  worker = await createWorker({ env: stack.env, tracing });
  running = worker.run();
  running.catch(() => undefined);
  const payouts = await PayoutsClient.connect(stack.env, { tracing });
  const pay = async (request: object) => (await payouts.start(request)).result();

  const route = PAYING_ROUTES.respondent;
  stack.sandbox.faults.add({ provider: 'respondent', route, kind: 'status', status: 400, about: `${PERSON}/` });
  stack.sandbox.faults.add({ provider: 'respondent', route, kind: 'never_answers', about: `${PERSON}2/` });
  const started = [payouts.start(lost), payouts.start(scheduled), payouts.batches.start('traced', batchOf(rows))];
  await Promise.all([...started, pay(paid), pay(bonus), pay(bonusOf), pay(refused), stack.pay(untraced)]);
  await stack.until(scheduled.reference, { waitingFor: 'date' });
  await payouts.getHandle(scheduled.reference).change({ description: `now for ${PERSON}` });
  await payouts.getHandle(scheduled.reference).cancel();
  await stack.until(lost.reference, { status: 'in_doubt' });
  for (const { reference } of rows) await stack.until(reference, { status: 'sent' });
  const isThere = (name: string, about: object) => (all: readonly ReadableSpan[]) =>
    all.some((span) => span.name === name && isDeepStrictEqual({ ...span.attributes, ...about }, span.attributes));
  for (const ends of [
    isThere('RunActivity:completeBatch', { temporalWorkflowId: 'batch/traced' }),
    isThere('RunActivity:lookUp', { 'payouts.reference': lost.reference }),
  ])
    await until(() => exporter.getFinishedSpans(), ends);
  await payouts.close();
  spans = exporter.getFinishedSpans();
}, 120_000);
afterAll(async () => {
  worker?.shutdown();
  await running;
  tracing?.close();
  await stack?.stop();
});

const ofPayout = ({ reference }: { readonly reference: string }) =>
  spans.filter(({ attributes }) => attributes['payouts.reference'] === reference);
const childrenOf = (parent: ReadableSpan) =>
  spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent.spanContext().spanId);
const named = (some: readonly ReadableSpan[], name: string): ReadableSpan => {
  const found = some.find((span) => span.name === name);
  if (!found) throw new Error(`no ${name} among ${some.map((span) => span.name).join(', ')}`);
  return found;
};
const requestOf = (request: { readonly reference: string }, step: string, name: string): ReadableSpan =>
  named(
    ofPayout(request)
      .filter((span) => span.name === step)
      .flatMap(childrenOf),
    name,
  );
const traceOf = (span: ReadableSpan): string => span.spanContext().traceId;
const { ERROR } = SpanStatusCode;

describe('a trace', () => {
  it("leads from the client's start through the workflow's step to the request to the provider", () => {
    const start = named(ofPayout(paid), 'StartWorkflow:payout');
    const step = named(childrenOf(start), 'RunActivity:submit');
    const request = named(childrenOf(step), 'POST /payout');
    expect(start.parentSpanContext).toBeUndefined();
    expect(start.attributes).toMatchObject({ temporalWorkflowId: `payout/${paid.reference}` });
    expect(step.attributes).toMatchObject({
      temporalWorkflowId: `payout/${paid.reference}`,
      'payouts.provider': 'manifest',
      'payouts.account': 'default',
      'payouts.try': 1,
      'payouts.outcome': 'accepted',
    });
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 201,
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(stack.env['MANIFEST_BASE_URL'] as string).port),
      'url.template': '/payout',
      'payouts.provider': 'manifest',
      'payouts.account': 'default',
      'payouts.request': 'pay',
    });
    expect(new Set([start, step, request].map(traceOf)).size).toBe(1);
    expect(request.startTime[0]).toBeGreaterThanOrEqual(step.startTime[0]);
  });

  it('is one for each payout, through every step of it: the look-ups, the change, the cancel', () => {
    const payouts = [paid, scheduled, bonus, lost];
    const traces = payouts.map((payout) => {
      const [start, ...steps] = ofPayout(payout)
        .filter(({ name }) => /^(Start|Run)/.test(name))
        .map(traceOf)
        .toSorted();
      expect(steps.length).toBeGreaterThan(0);
      expect(new Set([start, ...steps]).size).toBe(1);
      return start;
    });
    expect(new Set(traces).size).toBe(payouts.length);
    const amended = ofPayout(scheduled).filter((step) => step.name === 'RunActivity:amend');
    expect(named(amended.flatMap(childrenOf), 'PUT /payout/{id}').attributes['payouts.request']).toBe('change');
    expect(ofPayout(lost).map(({ name }) => name)).toContain('RunActivity:lookUp');
  });

  it('of a batch leads from the hand-over of its rows to the one request that pays them', () => {
    const request = spans.find(({ name }) => name === 'POST /payout/batch') as ReadableSpan;
    const trace = spans.filter((span) => traceOf(span) === traceOf(request));
    expect(trace.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['UpdateWithStartWorkflow:batch', 'RunActivity:planBatch']),
    );
  });

  it('has every request that was made, by its route and without ids', () => {
    const made = stack.sandbox.requests().map(({ route }) => route.replaceAll(/:(\w+)/g, '{$1}'));
    const told = spans.filter(({ attributes }) => 'http.request.method' in attributes).map(({ name }) => name);
    expect(told.toSorted()).toEqual(made.toSorted());
    expect(new Set(told).size).toBeGreaterThan(8);
  });

  it('has no span that lasts longer than a call: a payout may sleep for weeks', () => {
    expect(Math.max(...spans.map(({ duration: [seconds] }) => seconds))).toBeLessThan(10);
  });
});

it('leaves a history that goes the same way where tracing is off', async () => {
  const code = await readFile(inject('workflowBundle'), 'utf8');
  expect(code).not.toContain('_tracer-data');
  const workflowId = `payout/${scheduled.reference}`;
  const history = await stack.client.workflow.getHandle(workflowId).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: { code } }, history, workflowId);
});

describe('what ended otherwise', () => {
  it('is marked at the request that was refused, and at its step by what it did to the money', () => {
    const request = requestOf(refused, 'RunActivity:submit', `POST ${templateOf('respondent')}`);
    expect([request.status.code, request.attributes['error.type']]).toEqual([ERROR, '400']);
    const step = named(ofPayout(refused), 'RunActivity:submit');
    expect(step.attributes).toMatchObject({ 'payouts.outcome': 'rejected', 'payouts.status': 'error' });
    expect([step.status.code, step.attributes['error.type']]).toEqual([ERROR, 'error']);
  });

  it('is marked at the request that nobody answered, whose payout is in doubt', () => {
    const request = requestOf(lost, 'RunActivity:submit', `POST ${templateOf('respondent')}`);
    expect([request.status.code, request.attributes['error.type']]).toEqual([ERROR, 'lost']);
    expect(request.attributes['http.response.status_code']).toBeUndefined();
    expect(named(ofPayout(lost), 'RunActivity:submit').attributes['payouts.outcome']).toBe('ambiguous');
    const doubtful = ofPayout(lost).filter(({ attributes }) => attributes['payouts.status'] === 'in_doubt');
    expect(doubtful.map(({ status }) => status.code)).toContain(ERROR);
  });

  it('is told from what went well, which bears no mark', () => {
    expect(ofPayout(paid).map(({ status }) => status.code)).not.toContain(ERROR);
  });
});

describe('traces tell', () => {
  it('no person, no words and no secret', () => {
    const text = JSON.stringify(
      spans.map(({ name, attributes, events, links, status, resource }) => [
        name,
        attributes,
        events,
        links,
        status,
        resource.attributes,
      ]),
    );
    expect(text).toContain(paid.reference);
    const secrets = Object.entries(stack.env).flatMap(([name, value]) =>
      /KEY|TOKEN|SECRET/.test(name) ? [value] : [],
    );
    expect(secrets.length).toBeGreaterThan(3);
    for (const word of [PERSON, ...secrets]) expect(text).not.toContain(word);
  });

  it('nothing to the providers', () => {
    expect(headersSent.size).toBeGreaterThan(5);
    expect([...headersSent].filter((name) => /trac|baggage/.test(name))).toEqual([]);
  });

  it("to Temporal two ids alone: the caller's baggage stays with the caller", async () => {
    const headers = await headersOf(paid);
    expect(Object.keys(headers)).toEqual(['_tracer-data']);
    const { data } = headers['_tracer-data'] as { data: string };
    const { traceId, spanId } = named(ofPayout(paid), 'StartWorkflow:payout').spanContext();
    expect(JSON.parse(Buffer.from(data, 'base64').toString())).toEqual({ traceparent: `00-${traceId}-${spanId}-01` });
  });

  it('of a payout whose starter traces nothing only its steps, each for itself', async () => {
    expect(await headersOf(untraced)).toEqual({});
    const steps = ofPayout(untraced);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.filter(({ parentSpanContext }) => parentSpanContext)).toEqual([]);
  });
});

it('agrees with what was paid', async () => {
  await stack.expectAgreement(...[paid, scheduled, bonus, refused, untraced, ...rows].map((one) => one.reference));
});

const templateOf = (provider: 'respondent'): string =>
  PAYING_ROUTES[provider].replace('POST ', '').replaceAll(/:(\w+)/g, '{$1}');

/** The headers that the workflow was started with. */
async function headersOf({ reference }: { readonly reference: string }): Promise<Record<string, unknown>> {
  const history = await stack.client.workflow.getHandle(`payout/${reference}`).fetchHistory();
  const { events } = JSON.parse(historyToJSON(history)) as {
    readonly events: readonly { workflowExecutionStartedEventAttributes?: { header?: { fields?: object } } }[];
  };
  return { ...events[0]?.workflowExecutionStartedEventAttributes?.header?.fields };
}
