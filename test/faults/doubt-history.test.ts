import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../../src/dev/temporal-server.js';
import { PAYING_ROUTES, PROVIDER_NAMES, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { countEvents } from './support/evidence.js';

/** A server that suggests to continue as new after 80 events instead of 4,096. */
const SUGGESTED_EVENTS = 80;
/** What may come after the suggestion: the step that is under way, and messages. */
const MARGIN_EVENTS = 40;

/** One second is more than an hour: the first pause is 1 ms instead of 5 s, the longest 0.7 s instead of one hour. */
const SCALED = {
  PAYOUTS_POLL_MS: '1',
  PAYOUTS_SEND_BY_MS: '1000',
  PAYOUTS_HTTP_TIMEOUT_MS: '1000',
  PAYOUTS_SETTLE_MS: '100',
  PAYOUTS_KEY_WINDOW_MS: '1',
};

let server: TemporalServer;
let stack: TestStack;
beforeAll(async () => {
  const dynamicConfig = { 'limit.historyCount.suggestContinueAsNew': String(SUGGESTED_EVENTS) };
  server = await startTemporal({ binary: await findTemporal({ log: () => undefined }), dynamicConfig });
  stack = await startPayouts({ env: { ...SCALED, TEMPORAL_ADDRESS: server.address } });
});
afterAll(async () => {
  await stack?.stop();
  await server?.stop();
});

/** How many events each run of the workflow has, the newest run first. */
async function readRuns(workflowId: string): Promise<readonly number[]> {
  const runs: number[] = [];
  for (let runId: string | undefined = ''; runId !== undefined;) {
    const { events } = await stack.client.workflow.getHandle(workflowId, runId || undefined).fetchHistory();
    runs.push(events?.length ?? 0);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return runs;
}

const READS: Readonly<Record<ProviderName, RegExp>> = {
  manifest: /^GET .*payout$/,
  prolific: /^GET \/submissions\/:id\/$/,
  respondent: /payouts$/,
};
const countReads = (provider: ProviderName): number =>
  stack.sandbox.requests().filter((one) => one.provider === provider && READS[provider].test(one.route)).length;

describe('a payout that stays in doubt', () => {
  it.concurrent.each(PROVIDER_NAMES)(
    'through %s keeps a short history: it continues as new, forgets nothing, and a person can still end it',
    async (provider) => {
      stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind: 'error_before' });
      const request = REQUESTS[provider]();
      const handle = await stack.payouts.start(request);
      const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      await until(
        () => readRuns(handle.workflowId),
        (runs) => runs.length >= 3,
      );
      const readsBefore = countReads(provider);
      const beganAt = Date.now();
      const runs = await readRuns(handle.workflowId);
      for (const events of runs) expect(events).toBeLessThan(SUGGESTED_EVENTS + MARGIN_EVENTS);
      expect(await stack.show(request.reference)).toMatchObject({ status: 'in_doubt', exchanges: doubted.exchanges });
      // A new run says what it knows before its first look: two rows.
      expect(await countEvents(stack, request.reference)).toBeLessThanOrEqual(6 + 2 * runs.length);
      const { searchAttributes, status } = await stack.client.workflow.getHandle(handle.workflowId).describe();
      expect(status.name).toBe('RUNNING');
      expect(searchAttributes).toMatchObject({ PayoutStatus: ['in_doubt'] });
      // Two list readings of at most two lists are the most that one look makes.
      expect(countReads(provider) - readsBefore).toBeLessThanOrEqual(4 * (2 + (Date.now() - beganAt) / 300));

      const ended = await handle.resolve({ paid: false, by: 'ada', evidence: 'asked the provider' });
      expect(ended).toMatchObject({ status: 'error', exchanges: doubted.exchanges });
      expect(await handle.result()).toMatchObject({ status: 'error' });
      expect(stack.payments(request)).toEqual([]);
      await stack.expectAgreement(request.reference);
    },
  );
});
