import type { Call } from '../../payout/outcome.js';
import type { ManifestRequest } from '../../payout/request.js';
import type { Provider, Sighting } from '../provider.js';
import { createManifestApi, type ManifestApi } from './api.js';
import { readManifestConfig, type ManifestConfig } from './config.js';
import { lookUp, readById } from './look-up.js';
import { toOutcome, unreadable } from './mapping.js';
import { manifestRequestSchema } from './schemas.js';
import { composeUserData } from './user-data.js';

const SETTLE_MS = 2 * 60_000;
const FOLLOW_MS = 4_000;

/** Manifest: payouts with an idempotency key, a date of their own, and cancellation until it comes. */
export const manifest: Provider<ManifestRequest, ManifestConfig> = {
  name: 'manifest',
  contract: 'idempotent',
  scheduling: 'provider',
  settleMs: SETTLE_MS,
  preparation: 'none',
  followMs: FOLLOW_MS,
  requestSchema: manifestRequestSchema,
  readConfig: readManifestConfig,
  connect(config, { httpTimeoutMs }) {
    const api = createManifestApi(config, httpTimeoutMs);
    return {
      host: config.baseUrl,
      secret: config.apiKey,
      identify: async () => ({ kind: 'identified' }),
      prepare: async (request, _identity, earlier) => ({ kind: 'prepared', call: earlier ?? composeCall(request) }),
      pay: async (call, idempotencyKey) => toOutcome(await api.pay(call, idempotencyKey)),
      lookUp: (query) => lookUp(api, query),
      cancel: (id) => change(api, id, { status: 'canceled' }),
      reschedule: (id, date) => change(api, id, { date }),
      check: () => check(api),
    };
  },
};

/** The paying call. Its bytes are written down and repeated exactly: another body under the same key is refused. */
function composeCall(request: ManifestRequest): Call {
  const body = {
    account_connection: request.accountConnection,
    amount_in_cents: request.amountMinor,
    ...(request.description === undefined ? {} : { description: request.description }),
    ...(request.scheduledAt === undefined ? {} : { date: request.scheduledAt }),
    user_data: composeUserData(request),
  };
  return { method: 'POST', path: '/payout', body: JSON.stringify(body) };
}

/** Asks for a change, then believes only what is read back: a 200 with an unchanged status is no cancel. */
async function change(api: ManifestApi, id: string, asked: Parameters<ManifestApi['update']>[1]): Promise<Sighting> {
  await api.update(id, asked);
  return readById(api, id);
}

async function check(api: ManifestApi): Promise<{ readonly ok: boolean; readonly message: string }> {
  const result = await api.list(1, 1);
  if (result.kind === 'reply' && result.status === 200) return { ok: true, message: 'Manifest accepts the credentials' };
  return { ok: false, message: unreadable(result).because };
}
