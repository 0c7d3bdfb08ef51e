import { expect, it } from 'vitest';
import { mostRequests } from '../../src/sandbox/most-requests.js';
import { readShow } from '../../src/ledger/read.js';
import { manifestRequest, prolificRequest, respondentRequest } from '../support/requests.js';
import { withPayouts, type TestStack } from '../support/stack.js';

const SECOND_MS = 1_000;
const LIMITS = { manifest: 8, prolific: 4, respondent: 5 };
const LIMITED = {
  MANIFEST_REQUESTS_PER_SECOND: String(LIMITS.manifest),
  PROLIFIC_REQUESTS_PER_SECOND: String(LIMITS.prolific),
  RESPONDENT_REQUESTS_PER_SECOND: String(LIMITS.respondent),
};

const many = <T>(count: number, make: () => T): readonly T[] => Array.from({ length: count }, make);
const requestsOf = ({ sandbox }: TestStack, name: string) =>
  sandbox.requests().filter(({ provider }) => provider === name);

it('two workers together never make more requests to an account in any second than its limit allows', async () => {
  await withPayouts({ workers: 2, env: LIMITED }, async (stack) => {
    const requests = [...many(20, manifestRequest), ...many(3, prolificRequest), ...many(4, respondentRequest)];
    const ends = await Promise.all(requests.map((request) => stack.pay(request)));
    expect(ends.map(({ status }) => status)).toEqual(requests.map(() => 'sent'));
    for (const [name, limit] of Object.entries(LIMITS)) {
      const made = requestsOf(stack, name);
      const most = mostRequests(made, SECOND_MS);
      expect({ name, most, isKept: most <= limit }).toEqual({ name, most, isKept: true });
      // The limit was felt, so this could have come out otherwise.
      expect(made.length, name).toBeGreaterThan(2 * limit);
    }
  });
});

it('who waits longer for a permit than `send_by` is paid by one request all the same, and never doubted', async () => {
  const env = { MANIFEST_REQUESTS_PER_SECOND: '3', PAYOUTS_SEND_BY_MS: '500' };
  const manifest = { createdMs: 0, readyMs: 0, pendingMs: 0 };
  await withPayouts({ workers: 2, manifest, env }, async (stack) => {
    const requests = many(9, manifestRequest);
    await Promise.all(requests.map((request) => stack.pay(request)));
    for (const { reference } of requests) {
      const shown = await readShow(stack.ledger.db, reference);
      expect(shown?.exchanges.map(({ outcome }) => outcome)).toEqual(['accepted']);
      expect(shown?.history.map(({ status }) => status)).not.toContain('in_doubt');
    }
    expect(mostRequests(requestsOf(stack, 'manifest'), SECOND_MS)).toBeLessThanOrEqual(3);
  });
});

it('the limit is told to the task queue, which starts no more steps in a second, whatever the number of workers', async () => {
  await withPayouts({ workers: 2, env: { MANIFEST_REQUESTS_PER_SECOND: '7' } }, async ({ client, env, pay }) => {
    await pay(manifestRequest());
    const queue = env['PAYOUTS_TASK_QUEUE'] as string;
    const rateOf = async (name: string) => {
      const { taskQueueStatus } = await client.workflowService.describeTaskQueue({
        namespace: 'default',
        taskQueue: { name },
        taskQueueType: 2,
        includeTaskQueueStatus: true,
      });
      return taskQueueStatus?.ratePerSecond;
    };
    expect(await rateOf(`${queue}/manifest/default`)).toBe(7);
    expect(await rateOf(`${queue}/prolific/default`)).toBeGreaterThanOrEqual(1_000);
  });
});
