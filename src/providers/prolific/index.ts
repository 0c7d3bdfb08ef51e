import type { Call, Outcome } from '../../payout/outcome.js';
import type { ProlificRequest } from '../../payout/request.js';
import type { Provider } from '../provider.js';
import { createProlificApi, type ProlificApi } from './api.js';
import { check } from './check.js';
import { readProlificConfig, type ProlificConfig } from './config.js';
import { identify } from './identify.js';
import { lookUp } from './look-up.js';
import { toPayOutcome } from './mapping.js';
import { bulkIdOf } from './pay-path.js';
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
  requestSchema: prolificRequestSchema,
  readConfig: readProlificConfig,
  connect(config, { httpTimeoutMs }) {
    const api = createProlificApi({ baseUrl: config.baseUrl, token: config.token, timeoutMs: httpTimeoutMs });
    return {
      host: config.baseUrl,
      secret: config.token,
      identify: (request) => identify(api, config, request),
      prepare: (request, identity, earlier) => prepare(api, request, identity, earlier),
      pay: (call) => pay(api, call),
      lookUp: (query) => lookUp(api, query),
      check: () => check(api),
    };
  },
};

/** Acceptance is not payment: the bonus follows within minutes. */
async function pay(api: ProlificApi, call: Call): Promise<Outcome> {
  const outcome = toPayOutcome(await api.pay(call));
  const providerReference = bulkIdOf(call.path);
  if (outcome.kind !== 'accepted' || providerReference === undefined) return outcome;
  return { ...outcome, seen: { status: 'pending', providerReference } };
}
