import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRequestLog } from '../../src/sandbox/request-log.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { purse, TOKEN } from './purse.js';
import { sendRaw } from './raw-client.js';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ providers: [purse(), purse('other', '/api/v1')], now: () => 1_700_000_000_000 });
});
afterEach(() => sandbox.stop());

describe('the sandbox', () => {
  it('gives every provider its own port and the environment that points at it', () => {
    expect(sandbox.env).toEqual({
      PURSE_BASE_URL: sandbox.baseUrl('purse'),
      OTHER_BASE_URL: sandbox.baseUrl('other'),
    });
    expect(sandbox.baseUrl('other')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1$/);
    expect(new URL(sandbox.baseUrl('purse')).port).not.toBe(new URL(sandbox.baseUrl('other')).port);
  });

  it('hands on parameters decoded, the query, and the exact bytes of any body', async () => {
    const read = await sendRaw(`${sandbox.baseUrl('purse')}/paid/a%2Fb?page=2`, { headers: TOKEN });
    expect(JSON.parse(read.body)).toEqual({ who: 'a/b', page: '2' });
    for (const body of ['{"broken": ', '', 'a,b\nc', '{"__proto__": 1}']) {
      for (const type of ['application/json', 'text/csv', undefined]) {
        const headers = { ...TOKEN, ...(type ? { 'Content-Type': type } : {}) };
        const paid = await sendRaw(`${sandbox.baseUrl('purse')}/pay`, { method: 'POST', headers, body });
        expect(paid.status).toBe(201);
        expect(sandbox.journal().at(-1)?.key).toBe(body);
      }
    }
  });

  it('sends no body where the provider sends none', async () => {
    const reply = await sendRaw(`${sandbox.baseUrl('purse')}/quiet`, { method: 'POST', headers: TOKEN });
    expect(reply).toMatchObject({ status: 201, body: '', end: 'whole' });
  });

  it('answers as the provider does where credentials or route are wrong', async () => {
    expect(await sendRaw(`${sandbox.baseUrl('purse')}/pay`, { method: 'POST' })).toMatchObject({ status: 401 });
    expect(await sendRaw(`${sandbox.baseUrl('purse')}/elsewhere`)).toMatchObject({ status: 401 });
    expect(await sendRaw(`${sandbox.baseUrl('purse')}/elsewhere`, { headers: TOKEN })).toMatchObject({ status: 404 });
    expect(sandbox.journal()).toEqual([]);
  });

  it('logs what arrived', async () => {
    const headers = { ...TOKEN, 'Idempotency-Key': 'k1' };
    await sendRaw(`${sandbox.baseUrl('purse')}/pay`, { method: 'POST', headers, body: 'ann' });
    await sendRaw(`${sandbox.baseUrl('other')}/nowhere?x=1`, { headers: TOKEN });
    expect(sandbox.requests()).toEqual([
      { provider: 'purse', route: 'POST /pay', atMs: 1_700_000_000_000, status: 201, idempotencyKey: 'k1' },
      { provider: 'other', route: 'GET /api/v1/nowhere', atMs: 1_700_000_000_000, status: 404 },
    ]);
  });

  it('keeps the latest requests only', () => {
    const log = createRequestLog(3);
    for (let atMs = 1; atMs <= 5; atMs += 1) log.open({ provider: 'purse', route: 'POST /pay', atMs })({ status: 200 });
    expect(log.entries().map(({ atMs }) => atMs)).toEqual([3, 4, 5]);
  });

  it('refuses connections of one provider, and accepts them again on the same port', async () => {
    const url = `${sandbox.baseUrl('purse')}/pay`;
    const pay = () => sendRaw(url, { method: 'POST', headers: TOKEN, body: 'ann' });
    await sandbox.refuse('purse');
    await sandbox.refuse('purse');
    expect(await pay()).toMatchObject({ end: 'refused' });
    expect(await sendRaw(`${sandbox.baseUrl('other')}/paid/ann`, { headers: TOKEN })).toMatchObject({ status: 200 });
    expect(sandbox.journal()).toEqual([]);
    await sandbox.accept('purse');
    await sandbox.accept('purse');
    expect(await pay()).toMatchObject({ status: 201 });
    expect(sandbox.journal()).toHaveLength(1);
  });

  it('breaks the connections that are open when it refuses', async () => {
    sandbox.faults.add({ provider: 'purse', kind: 'never_answers' });
    const hanging = sendRaw(`${sandbox.baseUrl('purse')}/pay`, { method: 'POST', headers: TOKEN, waitMs: 5000 });
    await expect.poll(() => sandbox.requests().length).toBe(1);
    await sandbox.refuse('purse');
    expect((await hanging).end).toBe('broken');
  });

  it('names the providers it has when asked for another', () => {
    expect(() => sandbox.baseUrl('nobody')).toThrow('it has purse, other');
  });

  it('refuses two providers of one name', async () => {
    await expect(startSandbox({ providers: [purse(), purse()] })).rejects.toThrow('same name');
  });

  it('takes the port it is given, and says so when that one is taken', async () => {
    const first = await startSandbox({ providers: [purse()] });
    const port = Number(new URL(first.baseUrl('purse')).port);
    await expect(startSandbox({ providers: [purse()], port })).rejects.toThrow(/EADDRINUSE/);
    await first.stop();
    const second = await startSandbox({ providers: [purse()], port });
    expect(second.baseUrl('purse')).toBe(`http://127.0.0.1:${port}`);
    await second.stop();
  });
});
