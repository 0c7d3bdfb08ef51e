import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runHere } from '../cli/run-here.js';
import { startCli } from '../cli/run-cli.js';

const KEYS = `k1:${randomBytes(32).toString('base64')}`;
const UI = 'https://temporal.example';

describe('payouts codec-server', () => {
  it('serves the UI with the keys of the environment until it is asked to stop', async () => {
    const env = { PAYOUTS_ENCRYPTION_KEYS: KEYS, PAYOUTS_CODEC_TOKEN: 'a token of some length' };
    const { child, seen, until, ended } = startCli(['codec-server', '--ui-origin', `${UI}/`, '--port', '0', '--json'], {
      env,
    });
    await until(() => seen().stdout.trimEnd().endsWith('}'));
    const told = JSON.parse(seen().stdout) as { readonly address: string };
    expect(told).toMatchObject({ uiOrigin: UI, keys: ['k1'], needsToken: true });
    expect(told.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const ask = (authorization: string) =>
      fetch(`${told.address}/decode`, {
        method: 'POST',
        headers: { origin: UI, authorization, 'content-type': 'application/json' },
        body: '{"payloads":[]}',
      });
    expect((await ask('Bearer no')).status).toBe(401);
    expect(await (await ask('Bearer a token of some length')).json()).toEqual({ payloads: [] });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(seen().stdout + seen().stderr).not.toContain(KEYS.slice(3));
  });

  it.each([
    [{}, [UI], 'PAYOUTS_ENCRYPTION_KEYS is missing: set it as the workers have it'],
    [{ PAYOUTS_ENCRYPTION_KEYS: KEYS }, ['temporal.example'], 'is no origin: write it like https://temporal.example'],
    [{ PAYOUTS_ENCRYPTION_KEYS: KEYS }, [`${UI}/ui`], 'is no origin'],
    [{ PAYOUTS_ENCRYPTION_KEYS: KEYS, PAYOUTS_CODEC_TOKEN: 'short' }, [UI], 'PAYOUTS_CODEC_TOKEN has less than 16'],
  ])('refuses at its start what would not serve, %#', async (env, [origin = ''], message) => {
    const { code, stderr } = await runHere(['codec-server', '--ui-origin', origin], { env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('the addresses of the metrics', () => {
  it.each(['9464', 'localhost:', '127.0.0.1:99999'])('are refused by name where they are none: %s', async (address) => {
    const env = { PAYOUTS_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x', PAYOUTS_METRICS_ADDRESS: address };
    const { code, stderr } = await runHere(['worker'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('PAYOUTS_METRICS_ADDRESS: has to be an address and a port, such as 127.0.0.1:9464');
  });
});
