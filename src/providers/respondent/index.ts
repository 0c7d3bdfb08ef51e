import type { RespondentRequest } from '../../payout/request.js';
import type { Identified, Provider } from '../provider.js';
import { createRespondentApi } from './api.js';
import { readBalance } from './balance.js';
import { check } from './check.js';
import { readRespondentConfig, type RespondentConfig } from './config.js';
import { lookUp } from './look-up.js';
import { toOutcome } from './mapping.js';
import { prepare } from './prepare.js';
import { respondentRequestSchema } from './schemas.js';
import { createSharedReads } from './shared-reads.js';
import { respondentWebhook } from './webhook.js';

const SETTLE_MS = 5 * 60_000;
const FOLLOW_MS = 3_000;

/** Respondent: the n-th payment of a screener response, each of the project's incentive plus a tip. */
export const respondent: Provider<RespondentRequest, RespondentConfig> = {
  name: 'respondent',
  contract: 'guarded',
  scheduling: 'timer',
  settleMs: SETTLE_MS,
  preparation: 'reads',
  followMs: FOLLOW_MS,
  isWatched: false,
  searchesByTag: false,
  group: { most: 50, key: () => '' },
  requestSchema: respondentRequestSchema,
  webhook: respondentWebhook,
  studyOf: ({ projectId }) => projectId,
  readConfig: readRespondentConfig,
  connect(config, { httpTimeoutMs, pace }) {
    const api = createRespondentApi(config, httpTimeoutMs, pace);
    return {
      host: config.baseUrl,
      secret: JSON.stringify([config.apiKey, config.apiSecret]),
      guardProven: config.guardProven,
      identify: async (request) => identify(config, request),
      prepare: (request, _identity, earlier) => prepare(api, request, earlier),
      pay: async (call, _key, permit) => toOutcome(await api.pay(call, permit)),
      lookUp: (query) => lookUp(api, query),
      sharedReads: createSharedReads(api),
      balance: () => readBalance(api),
      check: () => check(api),
    };
  },
};

/** One payment at a time per screener response, the lower number first. By host: two accounts may reach the same one. */
function identify({ baseUrl }: RespondentConfig, { screenerResponseId, payoutCount }: RespondentRequest): Identified {
  const subjectLane = `respondent/${new URL(baseUrl).host}/${encodeURIComponent(screenerResponseId)}`;
  return { kind: 'identified', subjectLane, rank: payoutCount };
}
