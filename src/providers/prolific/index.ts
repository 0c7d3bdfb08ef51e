import type { ProlificRequest } from '../../payout/request.js';
import type { Provider } from '../provider.js';
import { createProlificApi } from './api.js';
import { readBalance } from './balance.js';
import { createBulk } from './bulk.js';
import { check } from './check.js';
import { MAX_IDS_PER_BULK, readProlificConfig, type ProlificConfig } from './config.js';
import { feesOf } from './fees.js';
import { bonusForm } from './file-form.js';
import { identify } from './identify.js';
import { lookUp } from './look-up.js';
import { payBulk } from './pay.js';
import { prepare } from './prepare.js';
import { prolificRequestSchema } from './schemas.js';

const SETTLE_MS = 15 * 60_000;

/** Prolific bonuses: set up, then paid by a call that pays again when repeated, then paid out within minutes. */
export const prolific: Provider<ProlificRequest, ProlificConfig> = {
  name: 'prolific',
  contract: 'unguarded',
  scheduling: 'timer',
  settleMs: SETTLE_MS,
  preparation: 'reads',
  followMs: 0,
  isWatched: false,
  searchesByTag: false,
  group: { most: MAX_IDS_PER_BULK, key: ({ studyId, currency }) => `${studyId} ${currency}` },
  requestSchema: prolificRequestSchema,
  fileForm: bonusForm,
  studyOf: ({ studyId }) => studyId,
  feesOf,
  readConfig: readProlificConfig,
  connect(config, { httpTimeoutMs, pace }) {
    const { baseUrl, token } = config;
    const api = createProlificApi({ baseUrl, token, timeoutMs: httpTimeoutMs, pace });
    return {
      host: baseUrl,
      secret: token,
      identify: (request) => identify(api, config, request),
      prepare: (request, identity, earlier) => prepare(api, request, identity, earlier),
      pay: (call, _key, permit) => payBulk(api, call, permit),
      bulk: createBulk(api, config),
      lookUp: (query) => lookUp(api, query),
      balance: () => readBalance(api, config),
      check: () => check(api),
    };
  },
};
