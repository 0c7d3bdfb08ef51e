import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConsumer, type Consumer, type Running } from '../package/consumer.js';
import { manifestRequest, newReference, PAYING_ROUTES, prolificRequest, shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** Compiled and run as somebody's own programs, in a project that holds the packed library alone. */
let consumer: Consumer;
let stack: TestStack;
let complaints: string;
const running: Running[] = [];
beforeAll(async () => {
  const made = (async () => {
    consumer = await makeConsumer();
    await consumer.copyExamples();
    complaints = await consumer.compile();
  })();
  [stack] = await Promise.all([startPayouts(), made]);
});
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await stack?.expectAgreement();
  await stack?.stop();
  await consumer?.remove();
});

/** Callers hold no credentials of a provider. */
function callerEnv(): Record<string, string> {
  const names = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'PAYOUTS_TASK_QUEUE', 'PAYOUTS_DATABASE_URL'];
  return Object.fromEntries(Object.entries(stack.env).filter(([name]) => names.includes(name)));
}

function start(example: string, env: Readonly<Record<string, string>> = callerEnv(), args: readonly string[] = []) {
  const program = consumer.start(`examples/${example}`, env, args);
  running.push(program);
  return program;
}

/** Two of them bundle workflows of their own. */
describe('the examples', { timeout: 180_000 }, () => {
  it('compile against the packed library', () => {
    expect(complaints).toBe('');
  });

  it('pay one from a Fastify route, once however often it is called, and tell a conflict by its code', async () => {
    const route = start('fastify-route.js', { ...callerEnv(), PORT: '0' });
    const url = (await route.line('http://')).trim();
    const request = manifestRequest();
    const post = (body: object) =>
      fetch(`${url}/payouts`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
    for (const _ of ['first', 'second']) expect((await post(request)).status).toBe(202);
    await stack.until(request.reference, { status: 'sent' });
    expect(await (await fetch(`${url}/payouts/${request.reference}`)).json()).toMatchObject({ status: 'sent' });
    expect(stack.payments(request)).toHaveLength(1);

    const conflict = await post({ ...request, amountMinor: 9900 });
    expect([conflict.status, await conflict.json()]).toEqual([
      409,
      { code: 'ReferenceConflict', message: expect.stringContaining('amountMinor') },
    ]);
    const bad = await post({ ...request, amountMinor: -1 });
    expect([bad.status, await bad.json()]).toMatchObject([400, { code: 'InvalidRequest' }]);
    expect((await fetch(`${url}/payouts/${newReference()}`)).status).toBe(404);
    route.child.kill('SIGTERM');
    expect(await route.ended).toBe(0);
  });

  it('schedule one, move its date and cancel it: nothing is paid', async () => {
    const reference = newReference('example');
    const program = start('schedule-and-cancel.js', callerEnv(), [reference]);
    expect([await program.ended, program.output()]).toEqual([0, 'canceled canceled\n']);
    const inTwoWeeks = Date.now() + 14 * 24 * 3_600_000;
    const { scheduledAt } = await stack.show(reference);
    expect(Math.abs(Date.parse(scheduledAt ?? '') - inTwoWeeks)).toBeLessThan(3_600_000);
    expect(stack.payingCalls('prolific')).toBe(0);
  });

  it('have a person resolve one in doubt, whose word is kept', async () => {
    const request = prolificRequest();
    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    const program = start('resolve-in-doubt.js', { ...callerEnv(), USER: 'Ada' });
    program.child.stdin?.end('no\nno bonus in Prolific at 12:05\n');
    expect([await program.ended, program.output()]).toEqual([
      0,
      expect.stringContaining(`${request.reference}: error`),
    ]);
    expect(await stack.show(request.reference)).toMatchObject({
      status: 'error',
      evidence: expect.stringMatching(/Ada.*no bonus in Prolific at 12:05/),
    });
    expect(stack.payments(request)).toEqual([]);
  });

  it('pay a batch each night by a Temporal Schedule; a second run in the same night pays nothing', async () => {
    const program = start('nightly-batch/main.js');
    await program.line('runs');
    const schedule = stack.client.schedule.getHandle('nightly-payouts');
    const runs = async () => (await schedule.describe()).info.recentActions.length;
    try {
      for (const run of [1, 2]) {
        await schedule.trigger();
        await until(runs, (count) => count >= run);
        await stack.until('study-43/s3', { status: 'sent' });
        // Its next instant is another second, and so another workflow.
        await sleep(1_000);
      }
      const nightly = stack.client.workflow.list({ query: `WorkflowType = 'nightlyPayouts'` });
      const results: unknown[] = [];
      for await (const { workflowId } of nightly)
        results.push(await stack.client.workflow.getHandle(workflowId).result());
      expect(new Set(results)).toEqual(new Set([expect.stringMatching(/^nightly-\d{4}-\d\d-\d\d: 3 payouts$/)]));
      const paid = stack.sandbox.journal().filter(({ key }) => key.includes('study43-s'));
      expect(paid).toHaveLength(3);
    } finally {
      await schedule.delete().catch((error: unknown) => {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      });
    }
  });

  it("run payouts in a worker of one's own, beside workflows of one's own that pay", async () => {
    const own = await startPayouts({ workers: 0 });
    try {
      const program = start('own-worker/main.js', own.env);
      await program.line('the workers run');
      const participant = `acon_${shortId()}`;
      const workflow = { workflowId: `thank/${participant}`, taskQueue: own.env['PAYOUTS_TASK_QUEUE'] ?? '' };
      const said = await own.client.workflow.execute('thankParticipant', { ...workflow, args: [participant] });
      expect(said).toBe('paid');
      expect(await own.pay(prolificRequest())).toMatchObject({ status: 'sent' });
      expect(own.sandbox.journal()).toHaveLength(2);
      await own.expectAgreement();
      program.child.kill('SIGTERM');
      expect(await program.ended).toBe(0);
    } finally {
      await own.stop();
    }
  });
});
