import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, inject, it } from 'vitest';
import { runHere } from './run-here.js';

const SECRET = { RESPONDENT_WEBHOOK_SECRET: 'made-up-respondent-key' };

describe('payouts webhooks', () => {
  it('refuses to start without a secret, naming the variables, before it connects to anything', async () => {
    const run = await runHere(['webhooks', '--json'], { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expect(run).toMatchObject({ code: 2, json: expect.anything() });
    expect(run.json()).toEqual({
      error: { code: 'Config', message: expect.stringMatching(/^MANIFEST_WEBHOOK_USER and /) },
    });
  });

  it('refuses a secret that is there in part, and never shows what there is', async () => {
    const run = await runHere(['webhooks'], { env: { MANIFEST_WEBHOOK_PASSWORD__US: 'made-up-password' } });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toBe('payouts: MANIFEST_WEBHOOK_USER__US: is missing for account "us"; set it\n');
  });

  it('ends with 5 where no server answers, so that a wrong address is told at once', async () => {
    const run = await runHere(['webhooks'], { env: { ...SECRET, TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expect(run).toMatchObject({ code: 5, stderr: expect.stringMatching(/cannot be reached.*check TEMPORAL_ADDRESS/) });
  });

  it('ends with 5 where the ledger that it is given does not answer', async () => {
    const PAYOUTS_DATABASE_URL = 'postgres://payouts:hunter22@127.0.0.1:1/payouts';
    const env = { ...SECRET, TEMPORAL_ADDRESS: inject('temporalAddress'), PAYOUTS_DATABASE_URL };
    const run = await runHere(['webhooks'], { env });
    expect(run).toMatchObject({ code: 5, stderr: expect.stringMatching(/the ledger cannot be reached/) });
    expect(run.stderr).not.toContain('hunter22');
  });

  it.each([
    [
      'a port that is in use',
      (port: number) => ['--port', String(port)],
      /^payouts: port \d+ of 127\.0\.0\.1 is in use: give another --port/,
    ],
    [
      'an address that is not of this machine',
      () => ['--port', '0', '--host', '192.0.2.1'],
      /is no address of this machine: give another --host/,
    ],
  ])('names the mend for %s', async (_what, args, message) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const env = { ...SECRET, TEMPORAL_ADDRESS: inject('temporalAddress') };
    const run = await runHere(['webhooks', ...args(port)], { env });
    other.close();
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  it.each([
    ['--port', '70000'],
    ['--port', 'x'],
    ['--host', ' '],
  ])('refuses %s %s', async (option, value) => {
    expect(await runHere(['webhooks', option, value], { env: SECRET })).toMatchObject({ code: 2, stdout: '' });
  });
});

it('payouts sandbox refuses a receiver that is no URL', async () => {
  const run = await runHere(['sandbox', '--webhooks', 'localhost:8090']);
  expect(run).toMatchObject({
    code: 2,
    stderr: 'payouts: --webhooks is no URL: write it like http://127.0.0.1:8090\n',
  });
});
