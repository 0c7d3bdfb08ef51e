import { batchBench, many, manifestRow, prolificRow } from '../support/batch.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { carryOn, reset, terminate } from '../support/engine.js';
import {
  manifestRequest,
  PAYING_ROUTES,
  prolificRequest,
  PROVIDER_NAMES,
  REQUESTS,
  respondentRequest,
  type ProviderName,
} from '../support/requests.js';
import type { StartPayoutsOptions, TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** One way that a payout can go, walked through for real. Returns the reference, or the id, of the workflow whose history is kept. */
export interface Scenario {
  readonly name: string;
  readonly options?: StartPayoutsOptions;
  walk(stack: TestStack): Promise<string>;
}

const HOUR_MS = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const WATCHED = { PAYOUTS_WATCH_MS: '300', PAYOUTS_FALLBACK_MS: String(HOUR_MS), PAYOUTS_RETURN_WINDOW_MS: '60000' };
const BY = { by: 'ada', evidence: 'seen in the records of the provider' };

const startInDoubt = async (stack: TestStack): Promise<string> => {
  stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
  const { reference } = await stack.payouts.start(prolificRequest());
  await stack.until(reference, { status: 'in_doubt', waitingFor: 'person' });
  return reference;
};
const startForLater = async (stack: TestStack, provider: ProviderName): Promise<string> => {
  const { reference } = await stack.payouts.start(REQUESTS[provider]({ scheduledAt: inMs(HOUR_MS) }));
  await stack.until(reference, { status: 'ready', waitingFor: 'date' });
  return reference;
};
const finish = async (stack: TestStack, reference: string): Promise<string> => {
  await stack.payouts.getHandle(reference).result();
  return reference;
};
const refuse = (stack: TestStack, provider: ProviderName, status: number): unknown =>
  stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind: 'status', status });

/** A file with a call for several, and a row that has a life of its own. */
async function payFile(stack: TestStack): Promise<void> {
  const bench = batchBench(stack);
  stack.sandbox.faults.add({ provider: 'manifest', route: 'POST /payout/batch', kind: 'error_before' });
  const rows = [
    ...many(3, (n) => manifestRow(`december/${n}`)),
    prolificRow('december/later', 'study43', 1, { scheduledAt: inMs(1_000) }),
  ];
  await bench.start('december', rows);
  await bench.ended('december');
  await stack.client.workflow.getHandle('batch/december').result();
}

export const SCENARIOS: readonly Scenario[] = [
  ...PROVIDER_NAMES.map((provider) => ({
    name: `${provider}-sent`,
    walk: async (stack: TestStack) => finish(stack, (await stack.payouts.start(REQUESTS[provider]())).reference),
  })),
  ...PROVIDER_NAMES.map((provider) => ({
    name: `${provider}-canceled-before-its-date`,
    walk: async (stack: TestStack) => {
      const reference = await startForLater(stack, provider);
      await stack.payouts.getHandle(reference).cancel({ by: 'ada' });
      return finish(stack, reference);
    },
  })),
  ...PROVIDER_NAMES.map((provider) => ({
    name: `${provider}-reply-lost`,
    walk: async (stack: TestStack) => {
      const fault = { provider, route: PAYING_ROUTES[provider], kind: 'reply_lost' } as const;
      stack.sandbox.faults.add(fault);
      return finish(stack, (await stack.payouts.start(REQUESTS[provider]())).reference);
    },
  })),
  {
    name: 'rescheduled-by-signal-and-sent',
    walk: async (stack) => {
      const reference = await startForLater(stack, 'respondent');
      await stack.client.workflow.getHandle(`payout/${reference}`).signal('reschedule', { scheduledAt: inMs(1_500) });
      return finish(stack, reference);
    },
  },
  {
    name: 'rescheduled-by-update-at-the-provider',
    walk: async (stack) => {
      const reference = await startForLater(stack, 'manifest');
      await stack.payouts.getHandle(reference).reschedule({ scheduledAt: inMs(1_500) });
      return finish(stack, reference);
    },
  },
  {
    name: 'canceled-by-temporals-own-button',
    walk: async (stack) => {
      const reference = await startForLater(stack, 'prolific');
      await stack.client.workflow.getHandle(`payout/${reference}`).cancel();
      return finish(stack, reference);
    },
  },
  {
    name: 'cancel-too-late',
    options: { manifest: { createdMs: 0, readyMs: 0, pendingMs: 3_000 } },
    walk: async (stack) => {
      const { reference } = await stack.payouts.start(manifestRequest());
      await stack.until(reference, { status: 'pending' });
      await stack.payouts.getHandle(reference).cancel();
      return finish(stack, reference);
    },
  },
  {
    name: 'refused-for-good',
    walk: async (stack) => {
      refuse(stack, 'manifest', 400);
      return finish(stack, (await stack.payouts.start(manifestRequest())).reference);
    },
  },
  {
    name: 'waited-for-the-operator-and-resumed',
    walk: async (stack) => {
      refuse(stack, 'manifest', 401);
      const { reference } = await stack.payouts.start(manifestRequest());
      await stack.until(reference, { waitingFor: 'operator' });
      await stack.payouts.getHandle(reference).resume({ by: 'ada' });
      return finish(stack, reference);
    },
  },
  ...(['paid', 'not-paid', 'pay-again'] as const).map((word) => ({
    name: `in-doubt-resolved-${word}`,
    walk: async (stack: TestStack) => {
      const reference = await startInDoubt(stack);
      const message = { paid: word === 'paid', payAgain: word === 'pay-again', ...BY };
      await stack.payouts.getHandle(reference).resolve(message);
      return finish(stack, reference);
    },
  })),
  { name: 'in-doubt-still-open', walk: startInDoubt },
  {
    name: 'other-content-refused',
    walk: async (stack) => {
      const request = manifestRequest();
      await finish(stack, (await stack.payouts.start(request)).reference);
      const workflow = await stack.client.workflow.start('payout', {
        workflowId: `payout/${request.reference}`,
        taskQueue: stack.env['PAYOUTS_TASK_QUEUE'] as string,
        args: [{ ...request, amountMinor: 1 }],
      });
      await workflow.result().catch(() => undefined);
      return request.reference;
    },
  },
  {
    name: 'joined-by-a-second-start',
    walk: async (stack) => {
      const request = respondentRequest({ scheduledAt: inMs(2_000) });
      const { reference } = await stack.payouts.start(request);
      await stack.until(reference, { status: 'ready' });
      await stack.client.workflow.getHandle(`payout/${reference}`).executeUpdate('join', { args: [request] });
      return finish(stack, reference);
    },
  },
  {
    name: 'carried-on-by-reference',
    walk: async (stack) => {
      const reference = await startForLater(stack, 'prolific');
      await terminate(stack, reference);
      await carryOn(stack, reference);
      await stack.payouts.getHandle(reference).reschedule({ scheduledAt: inMs(1_000) });
      return finish(stack, reference);
    },
  },
  {
    name: 'reset-to-its-beginning',
    walk: async (stack) => {
      const reference = await startForLater(stack, 'prolific');
      await stack.payouts.getHandle(reference).cancel();
      await reset(stack, await finish(stack, reference));
      return finish(stack, reference);
    },
  },
  {
    name: 'told-by-the-watcher-through-a-bank',
    options: { manifest: { createdMs: 0, readyMs: 0, pendingMs: 6_000 }, env: WATCHED },
    walk: async (stack) => {
      const request = manifestRequest({ accountConnection: 'acon_ach_ada', scheduledAt: inMs(2_000) });
      return finish(stack, (await stack.payouts.start(request)).reference);
    },
  },
  {
    name: 'returned-after-it-was-sent',
    options: { manifest: { returnAfterMs: 2_000 }, env: WATCHED },
    walk: async (stack) => {
      const { reference } = await stack.payouts.start(manifestRequest({ accountConnection: 'acon_ach_returned_ada' }));
      await stack.until(reference, { status: 'returned' });
      await until(
        () => stack.client.workflow.getHandle(`payout/${reference}`).result() as Promise<{ status: string }>,
        ({ status }) => status === 'returned',
      );
      return reference;
    },
  },
  {
    name: 'watch',
    options: { manifest: { createdMs: 0, readyMs: 0, pendingMs: 6_000 }, env: WATCHED },
    walk: async (stack) => {
      const { reference } = await stack.payouts.start(manifestRequest());
      const watcher = `${stack.env['PAYOUTS_TASK_QUEUE']}/watch/manifest/default`;
      await finish(stack, reference);
      await stack.client.workflow.getHandle(watcher).signal('nudge');
      await stack.client.workflow.getHandle(watcher).result();
      return watcher;
    },
  },
  {
    name: 'batch',
    walk: async (stack) => {
      await payFile(stack);
      return 'batch/december';
    },
  },
  {
    name: 'group',
    walk: async (stack) => {
      await payFile(stack);
      return 'batch/december/manifest/default/0';
    },
  },
  {
    name: 'sweep-of-payouts-and-groups',
    walk: async (stack) => {
      const taskQueue = stack.env['PAYOUTS_TASK_QUEUE'] as string;
      const workflowId = `${taskQueue}/sweep`;
      await stack.client.workflow.execute('sweep', { workflowId, taskQueue, args: [] });
      return workflowId;
    },
  },
  {
    name: 'sweep',
    walk: async (stack) => {
      const taskQueue = stack.env['PAYOUTS_TASK_QUEUE'] as string;
      const workflowId = `${taskQueue}/sweep`;
      await stack.client.workflow.execute('sweep', { workflowId, taskQueue, args: [] });
      await sleep(0);
      return workflowId;
    },
  },
];
