import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { terminate } from '../support/engine.js';
import { manifestRequest, prolificRequest, PROVIDER_NAMES, REQUESTS, shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { read } from '../architecture/sources.js';

const HOUR_MS = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts();
});
afterAll(() => stack?.stop());

async function startForLater(
  given: { readonly description?: string; readonly metadata?: { readonly name: string } } = {},
) {
  const request = manifestRequest({ scheduledAt: inMs(HOUR_MS), ...given });
  await stack.payouts.start(request);
  await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
  return request;
}
const workflowOf = (reference: string) => stack.client.workflow.getHandle(`payout/${reference}`);

/** As if its next step had been due for minutes. */
async function sweepUp(reference: string): Promise<void> {
  const { db } = stack.ledger;
  await sql`update payouts set next_at = clock_timestamp() - interval '10 minutes' where reference = ${reference}`.execute(
    db,
  );
  await stack.client.workflow.execute('sweep', {
    workflowId: `sweep-${shortId()}`,
    taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
    args: [],
  });
}

interface Metadata {
  readonly currentDetails: string;
  readonly definition: Readonly<Record<string, readonly { readonly name: string; readonly description?: string }[]>>;
}
/** What the UI asks for when it opens a page. */
const readMetadata = (reference: string): Promise<Metadata> =>
  workflowOf(reference).query<Metadata>('__temporal_workflow_metadata');

describe("a payout's page", () => {
  it('says what and when, and all of that costs no event of the history', async () => {
    const { reference } = await startForLater();
    await until(
      async () => (await readMetadata(reference)).currentDetails,
      (text) => text.includes('**ready**'),
    );
    const described = await workflowOf(reference).describe();
    // Started; three of each workflow task, of which there are two; three of the step; the attributes; the timer.
    expect(described.historyLength).toBeLessThanOrEqual(12);
    expect(await described.staticSummary()).toBe('15.00 USD through manifest');
    await stack.payouts.getHandle(reference).cancel();
    await stack.expectAgreement(reference);
  });

  it('describes each message that it takes', async () => {
    const { reference } = await startForLater();
    const { definition } = await readMetadata(reference);
    const all = Object.values(definition).flatMap((messages) => (Array.isArray(messages) ? messages : []));
    expect(all.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cancel', 'reschedule', 'resume', 'resolve', 'nudge', 'state']),
    );
    expect(all.filter(({ description }) => !description)).toEqual([]);
    await stack.payouts.getHandle(reference).cancel();
  });

  it('names nobody where no codec reaches, or where people look who need not know: summary, details, memo, attributes', async () => {
    const person = { description: 'Interview with Ada', metadata: { name: 'Lovelace' } };
    const asked = [
      manifestRequest({ scheduledAt: inMs(HOUR_MS), accountConnection: 'acon_lovelace', ...person }),
      prolificRequest({ scheduledAt: inMs(HOUR_MS), participantId: 'lovelace' }),
    ];
    for (const request of asked) {
      await stack.payouts.start(request);
      const { raw, memo, ...described } = await workflowOf(request.reference).describe();
      const shown = [
        await described.staticSummary(),
        await described.staticDetails(),
        JSON.stringify([memo, raw.workflowExecutionInfo?.searchAttributes]),
        // As it is sent, too.
        JSON.stringify(memoTexts(raw.workflowExecutionInfo?.memo?.fields)),
      ].join('\n');
      expect(shown).toContain('through');
      expect(shown).not.toMatch(/lovelace|interview|acon_/i);
      await stack.payouts.getHandle(request.reference).cancel();
    }
  });

  it.each([
    [
      'a decision',
      (reference: string) => stack.payouts.getHandle(reference).change({ scheduledAt: inMs(2 * HOUR_MS) }),
    ],
    ['the sweep', sweepUp],
  ])('says of a carrier that %s brought back what it is', async (_by, bringBack) => {
    const { reference } = await startForLater();
    await terminate(stack, reference);
    await bringBack(reference);
    const described = await workflowOf(reference).describe();
    expect(described.status.name).toBe('RUNNING');
    expect(await described.staticSummary()).toBe('carried on from the ledger');
    await until(
      async () => (await readMetadata(reference)).currentDetails,
      (text) => text.includes('| amount | 15.00 USD |'),
    );
    await stack.payouts.getHandle(reference).cancel();
    await stack.expectAgreement(reference);
  });

  it('names every step and every timer in the history', async () => {
    const { reference } = await startForLater();
    await stack.payouts.getHandle(reference).cancel();
    const { events = [] } = await workflowOf(reference).fetchHistory();
    const named = (events ?? []).filter(
      (event) => event.activityTaskScheduledEventAttributes ?? event.timerStartedEventAttributes,
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter(({ userMetadata }) => !userMetadata?.summary)).toEqual([]);
  });
});

const memoTexts = (fields: unknown): readonly string[] =>
  Object.values((fields ?? {}) as Record<string, { data?: Uint8Array }>).map(({ data }) =>
    Buffer.from(data ?? []).toString(),
  );

describe('the list', () => {
  it('shows a new date as soon as it counts', async () => {
    const { reference } = await startForLater();
    await stack.payouts.getHandle(reference).reschedule({ scheduledAt: inMs(3 * HOUR_MS) });
    const [from, to] = [inMs(2 * HOUR_MS), inMs(4 * HOUR_MS)];
    const query = `WorkflowId = "payout/${reference}" AND PayoutScheduledAt BETWEEN "${from}" AND "${to}"`;
    await until(
      async () => (await stack.client.workflow.count(query)).count,
      (count) => count === 1,
    );
    await stack.payouts.getHandle(reference).cancel();
  });

  it('answers every query that the document offers, and finds by them what they are for', async () => {
    const text = read('docs/TEMPORAL_UI.md');
    const queries = [...text.matchAll(/^\| [^|]+ \| `([^`]*(?:Payout|Workflow)[^`]*)` +\|$/gm)].map(
      ([, query]) => query as string,
    );
    expect(queries.length).toBeGreaterThan(8);
    for (const query of queries) await stack.client.workflow.count(query);
    const { reference } = await startForLater();
    const scheduled = queries.find((query) => query === 'PayoutWaitingFor = "date"');
    await until(
      async () => (await stack.client.workflow.count(`${scheduled} AND WorkflowId = "payout/${reference}"`)).count,
      (count) => count === 1,
    );
    await stack.payouts.getHandle(reference).cancel();
  });

  it('is offered inputs in the document that are JSON', () => {
    const inputs = [...read('docs/TEMPORAL_UI.md').matchAll(/`(\{[^`]*\})`/g)].map(([, input]) => input as string);
    expect(inputs.length).toBeGreaterThan(4);
    for (const input of inputs) expect(() => JSON.parse(input) as unknown).not.toThrow();
  });
});

/** What can be typed into the dialog, chosen beside it, or sent by somebody's own program. */
const INPUTS: readonly (readonly [what: string, encoding: string, data: string])[] = [
  ['text that is no JSON', 'json/plain', 'tomorrow'],
  ['nothing under the name of JSON', 'json/plain', ''],
  ['the other encoding of the dialog', 'json/protobuf', '{"when":"tomorrow"}'],
  ['bytes', 'binary/plain', '\u0000\u0001'],
  ['an encoding that nobody knows', 'made/up', '{}'],
  ['no object', 'json/plain', '[["scheduledAt"]]'],
  ['null', 'json/plain', 'null'],
];

describe('a signal with an input that cannot be used', () => {
  const signal = (reference: string, signalName: string, encoding: string, data: string) =>
    stack.client.workflowService.signalWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: `payout/${reference}` },
      signalName,
      input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) }] },
      requestId: shortId(),
    });

  it('stops no payout and changes none, whatever it is, and the page says what was wrong', async () => {
    const { reference } = await startForLater();
    for (const [what, encoding, data] of INPUTS) {
      for (const name of ['nudge', 'seen', 'resume', 'reschedule']) await signal(reference, name, encoding, data);
      await until(
        async () => (await readMetadata(reference)).currentDetails,
        (text) => /signal `reschedule` \| refused: scheduledAt:/.test(text),
        () => `the page to say what was wrong with ${what}`,
      );
    }
    const { events } = await workflowOf(reference).fetchHistory();
    expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
    expect(await stack.show(reference)).toMatchObject({ status: 'ready', waitingFor: 'date' });
    await stack.payouts.getHandle(reference).cancel();
    await stack.expectAgreement(reference);
  });

  it('is not taken for the watcher’s word, if it is `seen` and has not its form', async () => {
    const { reference } = await startForLater();
    const view = await workflowOf(reference).query<Record<string, unknown>>('state');
    const wrong = {
      status: 'paid',
      waitingFor: 7,
      evidence: null,
      exchanges: {},
      history: ['x'],
      next: { do: 'wait' },
    };
    for (const [index, [field, value]] of Object.entries(wrong).entries())
      await workflowOf(reference).signal('seen', { ...view, version: 1_000 + index, [field]: value });
    expect(await workflowOf(reference).query('state')).toMatchObject({ status: 'ready', evidence: view['evidence'] });
    // It goes on.
    await stack.payouts.getHandle(reference).change({ scheduledAt: inMs(2 * HOUR_MS) });
    expect(await workflowOf(reference).query('state')).toMatchObject({ status: 'ready', waitingFor: 'date' });
    const { events } = await workflowOf(reference).fetchHistory();
    expect(events?.filter((event) => event.workflowTaskFailedEventAttributes)).toEqual([]);
    await stack.payouts.getHandle(reference).cancel();
    await stack.expectAgreement(reference);
  });

  it.each(PROVIDER_NAMES)('cancels all the same, if it is `cancel`: through %s, on nobody’s name', async (provider) => {
    const [, encoding, data] = INPUTS[PROVIDER_NAMES.indexOf(provider)] as (typeof INPUTS)[number];
    const request = REQUESTS[provider]({ scheduledAt: inMs(HOUR_MS) });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    await signal(request.reference, 'cancel', encoding, data);
    await stack.until(request.reference, { status: 'canceled' });
    await stack.expectAgreement(request.reference);
  });

  it('does not start a payout either: a start without an input, or with any, is refused and pays nothing', async () => {
    const before = stack.sandbox.journal().length;
    for (const args of [[], ['x'], [null], [{}]]) {
      const handle = await stack.client.workflow.start('payout', {
        workflowId: `payout/${shortId()}`,
        taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
        args,
      });
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
    }
    expect(stack.sandbox.journal()).toHaveLength(before);
  });
});
