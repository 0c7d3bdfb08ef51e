import type { Call } from '../../payout/outcome.js';
import { createHttp, type HttpResult } from '../http.js';
import type { Pace, Permit } from '../pace.js';
import { withoutSecrets } from '../without-secrets.js';
import type { RespondentConfig } from './config.js';

/** The calls we make. Only `pay` moves money. */
export interface RespondentApi {
  /** How often each paid participant of a project was paid. Those never paid are not listed. */
  readCounts(projectId: string): Promise<HttpResult>;
  readProject(projectId: string): Promise<HttpResult>;
  readBalances(): Promise<HttpResult>;
  pay(call: Call, permit?: Permit): Promise<HttpResult>;
}

export function createRespondentApi(config: RespondentConfig, timeoutMs: number, pace?: Pace): RespondentApi {
  const { baseUrl, apiKey, apiSecret } = config;
  const headers = { 'x-api-key': apiKey, 'x-api-secret': apiSecret, Accept: 'application/json' };
  const http = withoutSecrets(createHttp({ baseUrl, headers, timeoutMs, pace }), [apiSecret, apiKey]);

  return {
    readCounts: (projectId) => {
      const path = `${projectPath(projectId)}/screener-responses/payouts`;
      return http({ method: 'GET', path, route: `${PROJECT}/screener-responses/payouts` });
    },
    readProject: (projectId) => http({ method: 'GET', path: projectPath(projectId), route: PROJECT }),
    readBalances: () => http({ method: 'GET', path: BALANCES, route: BALANCES }),
    pay: ({ method, path, body }, permit) =>
      http({ method, path, route: PAY_ROUTE, body, freshConnection: true, permit: permit ?? null }),
  };
}

/** The paying call. Its body is written down and repeated byte for byte. */
export function composeCall(request: {
  readonly projectId: string;
  readonly screenerResponseId: string;
  readonly payoutCount: number;
  readonly tipMinor: number;
}): Call {
  const { projectId, screenerResponseId, payoutCount, tipMinor } = request;
  return {
    method: 'POST',
    path: `${projectPath(projectId)}/screener-responses/${encodeURIComponent(screenerResponseId)}/payouts`,
    body: JSON.stringify({ payoutCount, ...(tipMinor === 0 ? {} : { tip: tipMinor }) }),
  };
}

const BALANCES = '/v1/pricing/balances/summary';
const PROJECT = '/v1/projects/{projectId}';
const PAY_ROUTE = `${PROJECT}/screener-responses/{screenerResponseId}/payouts`;
const projectPath = (projectId: string): string => `/v1/projects/${encodeURIComponent(projectId)}`;
