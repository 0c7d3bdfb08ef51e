import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startControl, type SandboxControl } from '../../src/sandbox/control.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { purse, TOKEN } from './purse.js';
import { sendRaw } from './raw-client.js';

let sandbox: Sandbox;
let control: SandboxControl;
beforeEach(async () => {
  sandbox = await startSandbox({ providers: [purse()], seed: 7 });
  control = await startControl(sandbox);
});
afterEach(async () => {
  await control.stop();
  await sandbox.stop();
});

const call = async (method: string, path: string, body = '') => {
  const reply = await sendRaw(control.url + path, { method, body });
  return { status: reply.status, json: reply.body === '' ? undefined : (JSON.parse(reply.body) as unknown) };
};

describe('the control server of a sandbox run alone', () => {
  it('shows health, journal and requests', async () => {
    await sendRaw(`${sandbox.baseUrl('purse')}/pay`, { method: 'POST', headers: TOKEN, body: 'ann' });
    expect((await call('GET', '/health')).json).toEqual({
      ok: true,
      seed: 7,
      providers: { purse: sandbox.baseUrl('purse') },
    });
    expect((await call('GET', '/journal')).json).toEqual(sandbox.journal());
    expect((await call('GET', '/requests')).json).toEqual(sandbox.requests());
  });

  it('takes the same faults as the API, and removes them', async () => {
    const fault = { provider: 'purse', route: 'POST /pay', kind: 'reply_lost', times: 2 };
    expect(await call('POST', '/faults', JSON.stringify(fault))).toMatchObject({
      status: 201,
      json: { ...fault, skip: 0 },
    });
    expect((await call('GET', '/faults')).json).toMatchObject([{ ...fault, hits: 0 }]);
    expect(await call('DELETE', '/faults')).toMatchObject({ status: 204 });
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('refuses a wrong fault in words', async () => {
    expect(await call('POST', '/faults', '{"provider":"purse","kind":"slow"}')).toEqual({
      status: 400,
      json: { message: 'delayMs: kind "slow" needs it; add milliseconds' },
    });
    expect(await call('POST', '/faults', '{')).toMatchObject({ status: 400 });
    expect(await call('POST', '/faults')).toMatchObject({ status: 400 });
  });

  it('explains itself', async () => {
    const help = await sendRaw(`${control.url}/`);
    expect(help.body).toContain('POST   /faults');
  });
});
