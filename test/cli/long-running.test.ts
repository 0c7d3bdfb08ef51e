import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runSandbox } from '../../src/cli/run-sandbox.js';
import { manifestRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { startCli } from './run-cli.js';

describe('payouts worker', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startPayouts({ workers: 0 });
  });
  afterAll(() => stack?.stop());

  it('serves every account that it has credentials for, and finishes its steps when it is asked to stop', async () => {
    const worker = startCli(['worker', '--json'], { env: stack.env });
    await worker.until(() => worker.seen().stderr.includes('"running"'));
    const queue = stack.env['PAYOUTS_TASK_QUEUE'];
    expect(JSON.parse(worker.seen().stdout)).toMatchObject({
      taskQueues: [queue, `${queue}/manifest/default`, `${queue}/prolific/default`, `${queue}/respondent/default`],
      accounts: [{ provider: 'manifest', account: 'default', host: stack.env['MANIFEST_BASE_URL'] }, {}, {}],
    });
    expect(await stack.pay(manifestRequest())).toMatchObject({ status: 'sent' });

    worker.child.kill('SIGINT');
    await worker.until(() => worker.seen().stderr.includes('stopping'));
    worker.child.kill('SIGINT');
    expect(await worker.ended).toBe(0);
    const messages = worker
      .seen()
      .stderr.trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages.at(-1)).toBe('stopped');
    await stack.expectAgreement();
  });
});

describe('payouts sandbox', () => {
  it('serves the providers on the ports asked for, with the faults given, until it is asked to stop', async () => {
    const fault = '{"provider":"prolific","kind":"reply_lost","times":2}';
    const sandbox = startCli(['sandbox', '--seed', '7', '--fault', fault, '--json']);
    await sandbox.until(() => sandbox.seen().stderr.includes('runs until Ctrl-C'));
    const { env, control, seed } = JSON.parse(sandbox.seen().stdout) as { env: object; control: string; seed: number };
    expect(seed).toBe(7);
    expect(Object.keys(env)).toContain('RESPONDENT_API_SECRET');
    const faults = await fetch(`${control}/faults`).then((reply) => reply.json());
    expect(faults).toMatchObject([{ provider: 'prolific', kind: 'reply_lost', times: 2 }]);
    sandbox.child.kill('SIGTERM');
    expect(await sandbox.ended).toBe(0);
  });

  it('hears that it is to stop from the moment on in which it says that it runs', async () => {
    const before = process.listeners('SIGTERM');
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(() => {
      for (const hear of process.listeners('SIGTERM')) if (!before.includes(hear)) hear('SIGTERM');
      return true;
    });
    try {
      await runSandbox({ json: true, fault: [] });
    } finally {
      stdout.mockRestore();
    }
  });
});
