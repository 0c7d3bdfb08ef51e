import type { ManifestRequest } from '../../payout/request.js';
import type { Provider } from '../provider.js';
import { createManifestApi } from './api.js';
import { readBalance } from './balance.js';
import { change, composeChange } from './change.js';
import { createBulk, MOST_PER_BATCH } from './bulk.js';
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
  searchesByTag: true,
  group: { most: MOST_PER_BATCH, key: () => '' },
  requestSchema: manifestRequestSchema,
  webhook: manifestWebhook,
  readConfig: readManifestConfig,
  connect(config, { httpTimeoutMs, pace }) {
    const api = createManifestApi(config, httpTimeoutMs, pace);
    return {
      host: config.baseUrl,
      secret: config.apiKey,
      identify: async () => ({ kind: 'identified' }),
      prepare: async (request, _identity, earlier) => ({ kind: 'prepared', call: earlier ?? composeCall(request) }),
      pay: async (call, idempotencyKey, permit) =>
        toOutcome(await api.pay(call, idempotencyKey, permit), readExpected(call)),
      lookUp: (query) => lookUp(api, query),
      readPage: (page) => readPage(api, page),
      bulk: createBulk(api),
      cancel: (id) => change(api, id, { status: 'canceled' }),
      amend: (id, claimed, wanted) => change(api, id, composeChange(claimed, wanted)),
      balance: readBalance,
      check: () => check(api),
    };
  },
};
