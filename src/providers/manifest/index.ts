import type { ManifestRequest } from '../../payout/request.js';
import { parseInstant } from '../common-request.js';
import type { Provider } from '../provider.js';
import { createManifestApi } from './api.js';
import { change } from './change.js';
import { check } from './check.js';
import { composeCall } from './compose-call.js';
import { readManifestConfig, type ManifestConfig } from './config.js';
import { readExpected } from './find-difference.js';
import { lookUp } from './look-up.js';
import { toOutcome } from './mapping.js';
import { readPage } from './read-page.js';
import { manifestRequestSchema } from './schemas.js';
import { manifestWebhook } from './webhook.js';

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
  isWatched: true,
  requestSchema: manifestRequestSchema,
  webhook: manifestWebhook,
  readConfig: readManifestConfig,
  connect(config, { httpTimeoutMs }) {
    const api = createManifestApi(config, httpTimeoutMs);
    return {
      host: config.baseUrl,
      secret: config.apiKey,
      identify: async () => ({ kind: 'identified' }),
      prepare: async (request, _identity, earlier) => ({ kind: 'prepared', call: earlier ?? composeCall(request) }),
      pay: async (call, idempotencyKey) => toOutcome(await api.pay(call, idempotencyKey), readExpected(call)),
      lookUp: (query) => lookUp(api, query),
      readPage: (page) => readPage(api, page),
      cancel: (id) => change(api, id, { status: 'canceled' }),
      // Always whole: the form that Manifest links to also allows a day without a time.
      reschedule: (id, at) => change(api, id, { date: parseInstant(at) ?? at }),
      check: () => check(api),
    };
  },
};
