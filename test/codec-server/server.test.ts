import { randomBytes } from 'node:crypto';
import { onTestFinished, describe, expect, it } from 'vitest';
import { createCodecServer } from '../../src/codec-server/server.js';
import { readEncryptionKeys, type EncryptionKeys } from '../../src/temporal/encryption-keys.js';

const UI = 'https://temporal.example';
const newKeys = (): EncryptionKeys =>
  readEncryptionKeys({ PAYOUTS_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` }) as EncryptionKeys;
const keys = newKeys();

async function start({ token, with: other = keys }: { token?: string; with?: EncryptionKeys } = {}): Promise<string> {
  const server = createCodecServer({ keys: other, uiOrigin: UI, token });
  onTestFinished(() => server.stop());
  return server.listen({ host: '127.0.0.1', port: 0 });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** As the UI sends it. */
const PLAIN = { payloads: [{ metadata: { encoding: base64('json/plain') }, data: base64('"marker-ada"') }] };

const ask = (url: string, body: unknown, headers: Record<string, string> = { origin: UI }) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('the codec server', () => {
  it('encrypts, and decrypts what it encrypted', async () => {
    const url = await start();
    const encrypted: unknown = await (await ask(`${url}/encode`, PLAIN)).json();
    expect(Buffer.from(JSON.stringify(encrypted)).toString()).not.toContain(base64('"marker-ada"'));
    expect(encrypted).toMatchObject({ payloads: [{ metadata: { encoding: base64('binary/encrypted') } }] });
    expect(await (await ask(`${url}/decode`, encrypted)).json()).toEqual(PLAIN);
  });

  it('leaves alone what is not encrypted', async () => {
    expect(await (await ask(`${await start()}/decode`, PLAIN)).json()).toEqual(PLAIN);
  });

  it("lets the UI's pages read the answer, and no other page", async () => {
    const url = await start();
    const answered = await ask(`${url}/decode`, PLAIN);
    expect(answered.headers.get('access-control-allow-origin')).toBe(UI);
    for (const origin of ['https://evil.example', 'null', `${UI}.evil.example`, url]) {
      const refused = await ask(`${url}/decode`, PLAIN, { origin });
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
      expect(await refused.text()).not.toContain(base64('"marker-ada"'));
    }
  });

  it('answers the question that a browser asks first, for the UI alone', async () => {
    const url = await start({ token: 'a token of some length' });
    const before = (origin: string) => fetch(`${url}/decode`, { method: 'OPTIONS', headers: { origin } });
    const allowed = await before(UI);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('x-namespace');
    expect((await before('https://evil.example')).status).toBe(403);
  });

  it('refuses who does not carry the token, where there is one', async () => {
    const url = await start({ token: 'a token of some length' });
    const statusWith = async (authorization?: string): Promise<number> =>
      (await ask(`${url}/decode`, PLAIN, authorization === undefined ? {} : { authorization })).status;
    expect(await statusWith()).toBe(401);
    expect(await statusWith('Bearer another token here')).toBe(401);
    expect(await statusWith('Basic a token of some length')).toBe(401);
    expect(await statusWith('Bearer a token of some length')).toBe(200);
  });

  it('says which key is missing', async () => {
    const encrypted: unknown = await (await ask(`${await start({ with: newKeys() })}/encode`, PLAIN)).json();
    const answered = await ask(`${await start()}/decode`, encrypted);
    expect(answered.status).toBe(400);
    expect(await answered.text()).toMatch(/key k1.*PAYOUTS_ENCRYPTION_KEYS/);
  });

  it.each([{ payloads: 1 }, { payloads: [{ data: 'no base64!' }] }, {}, 'text'])(
    'refuses %j, and repeats nothing of it',
    async (body) => {
      const answered = await ask(`${await start()}/decode`, body);
      expect([answered.status, await answered.json()]).toEqual([400, { message: 'no payloads could be read' }]);
    },
  );
});
