import { z } from 'zod';
import { TAG } from '../../payout/request.js';
import { accountsFromEnv } from '../accounts-from-env.js';
import { ConfigError } from '../config-error.js';
import { isSameSecret } from '../is-same-secret.js';
import type { Delivery, ProviderWebhook, RawDelivery, WebhookAccount } from '../webhook.js';

const USER = 'MANIFEST_WEBHOOK_USER';
const PASSWORD = 'MANIFEST_WEBHOOK_PASSWORD';

/** `basic_user` and `basic_secret` of `POST /webhook`. The body holds no status and is not signed: it is a nudge, no more. */
export const manifestWebhook: ProviderWebhook = {
  variables: [USER, PASSWORD],
  challenge: 'Basic realm="payouts"',
  readAccounts(env) {
    const accounts = accountsFromEnv(env, { required: [USER, PASSWORD] });
    return new Map([...accounts].map(([account, values]) => [account, toAccount(account, values)]));
  },
};

function toAccount(account: string, values: Readonly<Record<string, string>>): WebhookAccount {
  const [user = '', password = ''] = [values[USER], values[PASSWORD]];
  const suffix = account === 'default' ? '' : `__${account.toUpperCase()}`;
  if (user.includes(':')) throw new ConfigError(USER + suffix, 'must hold no ":"; HTTP ends the user name there');
  const credentials = `${user}:${password}`;
  return { isGenuine: ({ headers }) => isSameSecret(credentialsOf(headers), credentials), read };
}

/** What cannot be read is compared too, as nothing: it takes as long, and is nobody's. */
function credentialsOf({ authorization }: RawDelivery['headers']): Buffer {
  const [, base64 = ''] =
    /^basic +([a-z0-9+/]+={0,2})$/i.exec(typeof authorization === 'string' ? authorization : '') ?? [];
  return Buffer.from(base64, 'base64');
}

const text = z.string().min(1).max(200).optional().catch(undefined);
const record = z.record(z.string(), z.unknown()).optional().catch(undefined);
const deliverySchema = z.object({
  event: z.string(),
  id: text,
  timestamp: z.union([z.number(), z.string()]).optional().catch(undefined),
  // Whether this is the payout's or the webhook's own is not documented: with our tag in it, it is the payout's.
  user_data: record,
  userdata: record,
});

/** created, ready, pending, sent: so many deliveries about one payout may bear the same second, and they have no id. */
const CHANGES_IN_A_SECOND = 4;

function read(body: unknown): Delivery {
  const parsed = deliverySchema.safeParse(body);
  if (!parsed.success) return { kind: 'unreadable' };
  const { event, id, timestamp, user_data: userData, userdata } = parsed.data;
  if (event !== 'payout.update') return { kind: 'other' };
  const reference = userData?.[TAG] ?? userdata?.[TAG];
  const about = {
    ...(typeof reference === 'string' ? { reference } : {}),
    ...(id === undefined ? {} : { providerReference: id }),
  };
  const named = id === undefined || timestamp === undefined ? {} : { id: JSON.stringify([event, id, timestamp]) };
  return { kind: 'payout', about, alike: CHANGES_IN_A_SECOND, ...named };
}
