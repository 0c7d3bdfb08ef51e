import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { readEncryptionKeys } from '../../src/temporal/encryption-keys.js';
import { createPayloadCodec } from '../../src/temporal/payload-codec.js';

const VARIABLE = 'PAYOUTS_ENCRYPTION_KEYS';
const key = (): string => randomBytes(32).toString('base64');
const [KEY_1, KEY_2] = [key(), key()];
const codecOf = (text?: string) => createPayloadCodec(readEncryptionKeys({ [VARIABLE]: text }));
const toPayload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (payload?: Payload): unknown => defaultPayloadConverter.fromPayload(payload as Payload);
const textOf = (bytes?: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('latin1');

describe('a payload', () => {
  it('travels with nothing of it to be read but the id of its key, and comes back as it was', async () => {
    const codec = codecOf(`k1:${KEY_1}`);
    const [sent] = await codec.encode([toPayload({ person: 'marker-ada' })]);
    const seen = [...Object.values(sent?.metadata ?? {}), sent?.data].map(textOf).join();
    expect(seen).not.toMatch(/marker|json/);
    expect(textOf(sent?.metadata?.['encryption-key-id'])).toBe('k1');
    expect((await codec.decode([sent as Payload])).map(valueOf)).toEqual([{ person: 'marker-ada' }]);
  });

  it('looks different each time: nobody sees that two people have the same account', async () => {
    const codec = codecOf(`k1:${KEY_1}`);
    const [one, two] = await codec.encode([toPayload('same'), toPayload('same')]);
    expect(textOf(one?.data)).not.toBe(textOf(two?.data));
  });

  it('is decrypted after a rotation, and new ones have the new key', async () => {
    const old = await codecOf(`k1:${KEY_1}`).encode([toPayload('kept')]);
    const rotated = codecOf(`k2:${KEY_2}, k1:${KEY_1}`);
    expect((await rotated.decode(old)).map(valueOf)).toEqual(['kept']);
    const [fresh] = await rotated.encode([toPayload('new')]);
    expect(textOf(fresh?.metadata?.['encryption-key-id'])).toBe('k2');
  });

  it('that is not encrypted is read: from before the keys, or sent from the UI', async () => {
    const plain = [toPayload({ by: 'ada' })];
    expect((await codecOf(`k1:${KEY_1}`).decode(plain)).map(valueOf)).toEqual([{ by: 'ada' }]);
  });

  it('stays plain without keys', async () => {
    const plain = [toPayload('plain')];
    expect(await codecOf().encode(plain)).toEqual(plain);
  });

  it('that nobody can open says which key and which variable, and never a key', async () => {
    const sent = await codecOf(`k1:${KEY_1}`).encode([toPayload('lost')]);
    const told = (text?: string): Promise<string> =>
      codecOf(text)
        .decode(sent)
        .then(String, (error: Error) => `${error.name}: ${error.message}`);
    const messages = await Promise.all([told(), told(`k2:${KEY_2}`), told(`k1:${KEY_2}`)]);
    expect(messages).toEqual([
      expect.stringMatching(/^DecryptionError: .* key k1, and PAYOUTS_ENCRYPTION_KEYS is not set/),
      expect.stringMatching(/^DecryptionError: .* key k1, which PAYOUTS_ENCRYPTION_KEYS does not hold \(it has k2\)/),
      expect.stringMatching(
        /^DecryptionError: .* key k1, and the key of that id in PAYOUTS_ENCRYPTION_KEYS does not open/,
      ),
    ]);
    expect(messages.join()).not.toContain(KEY_1);
    expect(messages.join()).not.toContain(KEY_2);
  });

  it('that a worker cannot open is told to it, and handed on to the workflow; the result of a step is not', async () => {
    const [sent] = await codecOf(`k1:${KEY_1}`).encode([toPayload('lost')]);
    const told: string[] = [];
    const codec = createPayloadCodec(readEncryptionKeys({ [VARIABLE]: `k2:${KEY_2}` }), ({ message }, workflowId) =>
      told.push(`${workflowId}: ${message}`),
    );
    const about = { namespace: 'default', workflowId: 'payout/a' };
    expect(await codec.decode([sent as Payload], { type: 'workflow', ...about })).toEqual([sent]);
    expect(told).toEqual([expect.stringMatching(/^payout\/a: .* key k1, which PAYOUTS_ENCRYPTION_KEYS does not hold/)]);
    const step = { type: 'activity', isLocal: false, ...about } as const;
    await expect(codec.decode([sent as Payload], step)).rejects.toThrow('key k1');
    await expect(codec.decode([sent as Payload])).rejects.toThrow('key k1');
  });

  it('that was altered on its way is refused', async () => {
    const codec = codecOf(`k1:${KEY_1}`);
    const [sent] = await codec.encode([toPayload('true')]);
    const data = Uint8Array.from(sent?.data ?? []);
    data[20] = (data[20] ?? 0) ^ 1;
    await expect(codec.decode([{ ...sent, data }])).rejects.toThrow('was altered');
  });
});

describe('the list of keys', () => {
  it.each([
    ['k1', 'not of the form id:base64key'],
    [`k1:${KEY_1},`, 'not of the form id:base64key'],
    ['k1:c2hvcnQ=', 'key k1 is not 32 bytes in base64'],
    [`k1:${KEY_1.slice(0, -1)}!`, 'key k1 is not 32 bytes in base64'],
    [`a b:${KEY_1}`, 'the id of key 1 has to be'],
    [`k1:${KEY_1},k1:${KEY_2}`, 'the id k1 stands there twice'],
  ])('%# is refused with its variable and the mend, and is never repeated', (text, message) => {
    const read = (): unknown => readEncryptionKeys({ [VARIABLE]: text });
    expect(read).toThrow(`${VARIABLE}: `);
    expect(read).toThrow(message);
    expect(read).not.toThrow(KEY_1.slice(0, 20));
  });

  it('counts as not set where it is empty', () => {
    expect(readEncryptionKeys({ [VARIABLE]: ' ' })).toBeUndefined();
  });
});
