import type * as Crypto from 'node:crypto';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isSameSecret } from '../../src/providers/is-same-secret.js';
import { parseSignature, respondentWebhook } from '../../src/providers/respondent/webhook.js';
import { manifestWebhook } from '../../src/providers/manifest/webhook.js';
import type { RawDelivery, WebhookAccount } from '../../src/providers/webhook.js';
import { createRandom } from '../../src/sandbox/random.js';
import { basic, fromManifest, respondentBody, SECRETS, sign } from './deliveries.js';

vi.mock('node:crypto', async (importOriginal) => {
  const crypto = await importOriginal<typeof Crypto>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});
const compared = vi.mocked(timingSafeEqual);
beforeEach(() => {
  compared.mockClear();
});

const manifest = manifestWebhook.readAccounts(SECRETS).get('default') as WebhookAccount;
const respondent = respondentWebhook.readAccounts(SECRETS).get('default') as WebhookAccount;
const raw = (headers: RawDelivery['headers'], body: string): RawDelivery => ({ headers, body: Buffer.from(body) });

const PASSWORD = SECRETS.MANIFEST_WEBHOOK_PASSWORD;
const authorized = (authorization: string | undefined) => manifest.isGenuine(raw({ authorization }, '{}'));

describe('a delivery of Manifest is genuine', () => {
  it('with the user and the password of its account, whatever the case of the scheme', () => {
    expect(authorized(basic('hook', PASSWORD))).toBe(true);
    expect(authorized(basic('hook', PASSWORD).replace('Basic', 'basic'))).toBe(true);
    expect(manifest.isGenuine(raw(fromManifest().headers, ''))).toBe(true);
  });

  it.each([
    ['none', undefined],
    ['empty', ''],
    ['another password', basic('hook', 'other')],
    ['the beginning of the password', basic('hook', PASSWORD.slice(0, -1))],
    ['more than the password', basic('hook', `${PASSWORD}x`)],
    ['another user', basic('hooks', PASSWORD)],
    ['the colon elsewhere', basic(`hook:${PASSWORD.slice(0, 3)}`, PASSWORD.slice(3))],
    ["another account's", basic(SECRETS.MANIFEST_WEBHOOK_USER__US, SECRETS.MANIFEST_WEBHOOK_PASSWORD__US)],
    ['another scheme', basic('hook', PASSWORD).replace('Basic', 'Bearer')],
    ['no scheme', basic('hook', PASSWORD).replace('Basic ', '')],
    ['not encoded', `Basic hook:${PASSWORD}`],
  ])('never with %s', (_what, authorization) => {
    expect(authorized(authorization)).toBe(false);
  });
});

describe('a delivery of Respondent is genuine', () => {
  const body = respondentBody();
  const signed = (signature: string | undefined, bytes = body) =>
    respondent.isGenuine(raw({ 'respondent-webhook-signature': signature }, bytes));

  it.each(['sha256', 'sha512'])('signed by %s over the bytes that came', (algorithm) => {
    expect(signed(sign(body, algorithm))).toBe(true);
    expect(signed(sign(body, algorithm).replace('sha', 'SHA'))).toBe(true);
    const spaced = body.replaceAll(':', ': ');
    expect(signed(sign(spaced, algorithm), spaced)).toBe(true);
  });

  it("signed over the parsed body written anew, as the provider's sample does it", () => {
    expect(signed(sign(body), ` ${body.replaceAll(',', ' ,\n')} `)).toBe(true);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['an empty signature', 'sha256='],
    ['another key', sign(body, 'sha256', 'other')],
    ['another body', sign(`${body} `.replace('PAID', 'PAIE'))],
    ['a weak algorithm', sign(body, 'md5')],
    ['one that is not on the list', sign(body, 'sha384')],
    ['the name of another algorithm', sign(body).replace('sha256', 'sha512')],
    ['no algorithm', sign(body).replace('sha256=', '')],
    ['the beginning', sign(body).slice(0, -8)],
    ['more', `${sign(body)}AAAA`],
    ['two', `${sign(body)},${sign(body)}`],
    ['hexadecimal', `sha256=${createHmac('sha256', SECRETS.RESPONDENT_WEBHOOK_SECRET).update(body).digest('hex')}`],
  ])('never with %s', (_what, signature) => {
    expect(signed(signature)).toBe(false);
  });

  it('never with the other content that its bytes could stand for', () => {
    const [mine, theirs] = [respondentBody({ id: 'mine' }), respondentBody({ id: 'theirs' })];
    expect(signed(sign(mine), theirs)).toBe(false);
  });
});

describe('the comparison', () => {
  const lengths = ['', 'x', 'made-up', 'made-up-secreT', 'made-up-secret', 'made-up-secret-', 'x'.repeat(10_000)];

  it.each(lengths.map((given) => [given.length, given] as const))(
    'takes one comparison in constant time for one of %i',
    (_length, given) => {
      expect(isSameSecret(given, 'made-up-secret')).toBe(given === 'made-up-secret');
      expect(compared).toHaveBeenCalledTimes(1);
      expect(compared.mock.calls.flat().map((bytes) => bytes.byteLength)).toEqual([32, 32]);
    },
  );

  it('is made for every delivery, also where nothing could be read of its header', () => {
    for (const authorization of [undefined, '', 'x', 'Basic', 'Basic !', basic('a', 'b'), basic('hook', PASSWORD)]) {
      compared.mockClear();
      authorized(authorization);
      expect(compared).toHaveBeenCalledTimes(1);
    }
    for (const signature of [undefined, '', 'x', 'md5=AAAA', 'sha256=', sign('x'), sign('{}')]) {
      compared.mockClear();
      respondent.isGenuine(raw({ 'respondent-webhook-signature': signature }, '{}'));
      // Over the bytes, and over the body written anew: both, whichever matches.
      expect(compared).toHaveBeenCalledTimes(2);
    }
  });
});

describe('garbage', () => {
  const seed = Date.now() % 1_000_000;
  const random = createRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const PARTS = [
    'sha256',
    'sha512',
    '=',
    '==',
    'Basic ',
    'A',
    '+/',
    ':',
    ' ',
    '\n',
    '\u0000',
    'é',
    '💥',
    '{',
    '"',
    '[',
    '__proto__',
    ',',
    '-1',
    'e9',
  ];
  const garbage = () => Array.from({ length: Math.floor(random() * 40) }, () => pick(PARTS)).join('');
  const values = [undefined, null, 1, Number.NaN, 'x', [], {}, [[]], { event: 1 }, { event: 'payout.update', id: {} }];
  const odd = (): unknown => ({
    event: pick(['payout.update', 'SCREENER_RESPONSES.UPDATED', garbage(), ...values]),
    id: pick([garbage(), ...values]),
    timestamp: pick([garbage(), 1e300, ...values]),
    user_data: pick([{ payout_reference: pick([garbage(), ...values]) }, ...values]),
    uuid: pick([garbage(), ...values]),
    created: pick([garbage(), 1e300, -1, ...values]),
    payload: pick([
      { resource: pick([{ id: pick(values), updatedFields: pick([values, ...values]) }, ...values]) },
      ...values,
    ]),
  });

  it(`as a header is never genuine and never throws (seed ${seed})`, () => {
    for (let round = 0; round < 1_000; round += 1) {
      const [header, body] = [garbage(), garbage()];
      expect(() => parseSignature(header)).not.toThrow();
      expect(respondent.isGenuine(raw({ 'respondent-webhook-signature': header }, body))).toBe(false);
      expect(manifest.isGenuine(raw({ authorization: header }, body))).toBe(false);
    }
    for (const header of [['sha256=AAAA', 'sha256=AAAA'], [], 'A'.repeat(100_000)]) {
      expect(respondent.isGenuine(raw({ 'respondent-webhook-signature': header }, '{}'))).toBe(false);
      expect(manifest.isGenuine(raw({ authorization: header }, '{}'))).toBe(false);
    }
    // Deeper than the stack: it can be parsed, and not be written anew.
    expect(respondent.isGenuine(raw({ 'respondent-webhook-signature': 'sha256=AAAA' }, '['.repeat(60_000)))).toBe(
      false,
    );
    const deep = '['.repeat(30_000) + ']'.repeat(30_000);
    expect(respondent.isGenuine(raw({ 'respondent-webhook-signature': sign(deep) }, deep))).toBe(true);
  });

  it(`as a body is read as something, and never throws (seed ${seed})`, () => {
    const kinds = new Set<string>();
    for (let round = 0; round < 1_000; round += 1)
      for (const { read } of [manifest, respondent]) kinds.add(read(pick([odd(), ...values])).kind);
    expect([...kinds].sort()).toEqual(['other', 'payout', 'unreadable']);
  });
});

describe('the secrets', () => {
  it('are read for each account, and what is missing is named', () => {
    expect([...manifestWebhook.readAccounts(SECRETS).keys()]).toEqual(['default', 'us']);
    expect([...respondentWebhook.readAccounts(SECRETS).keys()]).toEqual(['default']);
    expect(() => manifestWebhook.readAccounts({ MANIFEST_WEBHOOK_USER__US: 'x' })).toThrow(
      'MANIFEST_WEBHOOK_PASSWORD__US: is missing for account "us"; set it',
    );
    expect(() => manifestWebhook.readAccounts({ ...SECRETS, MANIFEST_WEBHOOK_USER: 'a:b' })).toThrow(
      /^MANIFEST_WEBHOOK_USER: must hold no ":"/,
    );
  });

  it('are no credentials that pay: with those alone no delivery is taken', () => {
    const paying = { MANIFEST_API_KEY: 'k', MANIFEST_BASE_URL: 'http://x', RESPONDENT_API_SECRET: 's' };
    expect(manifestWebhook.readAccounts(paying).size + respondentWebhook.readAccounts(paying).size).toBe(0);
  });
});

describe('what a delivery is about', () => {
  it('is read from the tag and the id of Manifest, under either of its two documented names', () => {
    const tagged = { payout_reference: 'study-42/p-007' };
    const about = { reference: 'study-42/p-007', providerReference: 'pay_1' };
    for (const body of [{ user_data: tagged }, { userdata: tagged }, { user_data: {}, userdata: tagged }])
      expect(manifest.read({ event: 'payout.update', id: 'pay_1', timestamp: 1, ...body })).toMatchObject({ about });
    expect(manifest.read({ event: 'payout.update', id: 'pay_1' })).toEqual({
      kind: 'payout',
      alike: 4,
      about: { providerReference: 'pay_1' },
    });
    expect(manifest.read({ event: 'buyer.update', id: 'buyer_1' })).toEqual({ kind: 'other' });
  });

  it("is read from the id of Respondent's screener response, where its status changed or may have", () => {
    const read = (news: object) => respondent.read(JSON.parse(respondentBody(news)));
    const about = { request: { screenerResponseId: 'response-ada' } };
    expect(read({ uuid: 'u', created: '2026-01-01T00:00:00Z' })).toEqual({
      kind: 'payout',
      id: 'u',
      signedAtMs: Date.UTC(2026, 0, 1),
      about,
    });
    expect(read({ updatedFields: [{ name: 'status', newValue: 'PAI' }] })).toMatchObject({ about });
    expect(read({ updatedFields: 'x' })).toMatchObject({ about });
    expect(read({ updatedFields: [{ name: 'qualify', newValue: 'TRUE' }] })).toEqual({ kind: 'other' });
    expect(read({ event: 'MESSAGES.CREATED' })).toEqual({ kind: 'other' });
    for (const created of [1_767_225_600, 1_767_225_600_000])
      expect(read({ created })).toMatchObject({ signedAtMs: 1_767_225_600_000 });
  });
});
