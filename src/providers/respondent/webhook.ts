import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { accountsFromEnv } from '../accounts-from-env.js';
import { isSameSecret } from '../is-same-secret.js';
import type { Delivery, ProviderWebhook, RawDelivery, WebhookAccount } from '../webhook.js';

const SECRET = 'RESPONDENT_WEBHOOK_SECRET';
const HEADER = 'respondent-webhook-signature';

/** `privateKey` in the answer of `POST /v1/webhooks`, which keys the signature of each delivery. */
export const respondentWebhook: ProviderWebhook = {
  variables: [SECRET],
  readAccounts(env) {
    const accounts = accountsFromEnv(env, { required: [SECRET] });
    return new Map([...accounts].map(([account, values]) => [account, toAccount(values[SECRET] ?? '')]));
  },
};

const toAccount = (secret: string): WebhookAccount => ({ isGenuine: (delivery) => isGenuine(secret, delivery), read });

/** Which algorithm is used is not documented. These two may be; a header cannot choose a weaker one. */
const ALGORITHMS = { sha256: 'sha256', sha512: 'sha512' } as const;
export type Algorithm = keyof typeof ALGORITHMS;

/**
 * The bytes as they came, or as the provider's own sample signs them, which serializes the parsed body anew. Either proves the
 * content that is read: what is signed then is made from nothing else.
 */
function isGenuine(secret: string, { headers, body }: RawDelivery): boolean {
  const { algorithm, signature } = parseSignature(headers[HEADER]) ?? NOBODYS;
  const signed = [body, serializeAnew(body)].map((bytes) => createHmac(algorithm, secret).update(bytes).digest());
  const matches = signed.map((wanted) => isSameSecret(signature, wanted));
  return matches.includes(true);
}

interface Signature {
  readonly algorithm: Algorithm;
  readonly signature: Buffer;
}
const NOBODYS: Signature = { algorithm: 'sha256', signature: Buffer.alloc(0) };

/** `<algorithm>=<base64>`, or nothing where it is anything else. */
export function parseSignature(header: unknown): Signature | undefined {
  const [, name = '', base64 = ''] =
    /^\s*([a-z0-9-]{1,20})=([a-z0-9+/]{1,200}={0,2})\s*$/i.exec(typeof header === 'string' ? header : '') ?? [];
  const algorithm = Object.values(ALGORITHMS).find((known) => known === name.toLowerCase());
  return algorithm && { algorithm, signature: Buffer.from(base64, 'base64') };
}

function serializeAnew(body: Buffer): string | Buffer {
  try {
    return JSON.stringify(JSON.parse(body.toString('utf8')));
  } catch {
    return body;
  }
}

const text = z.string().min(1).max(200).optional().catch(undefined);
const deliverySchema = z.object({
  event: z.string(),
  uuid: text,
  created: z.union([z.number(), z.string()]).optional().catch(undefined),
  payload: z
    .object({
      resource: z.object({
        id: text,
        updatedFields: z
          .array(z.object({ name: z.string() }))
          .optional()
          .catch(undefined),
      }),
    })
    .optional()
    .catch(undefined),
});

function read(body: unknown): Delivery {
  const parsed = deliverySchema.safeParse(body);
  if (!parsed.success) return { kind: 'unreadable' };
  const { event, uuid, created, payload } = parsed.data;
  const { id, updatedFields } = payload?.resource ?? {};
  // A payment makes a screener response PAID. Which fields changed may be missing; what changed to is misspelled in the example.
  const isStatus = updatedFields === undefined || updatedFields.some(({ name }) => name.toLowerCase() === 'status');
  if (event !== 'SCREENER_RESPONSES.UPDATED' || !isStatus) return { kind: 'other' };
  const signedAtMs = toMs(created);
  return {
    kind: 'payout',
    about: id === undefined ? {} : { request: { screenerResponseId: id } },
    ...(uuid === undefined ? {} : { id: uuid }),
    ...(signedAtMs === undefined ? {} : { signedAtMs }),
  };
}

/** An instant as text, as seconds or as milliseconds: which, is not documented. */
function toMs(created: string | number | undefined): number | undefined {
  const ms =
    typeof created === 'number' ? (created < SECONDS_BELOW ? created * 1000 : created) : Date.parse(created ?? '');
  return Number.isFinite(ms) ? ms : undefined;
}
const SECONDS_BELOW = 100_000_000_000;
