import type { JsonObject } from '../../payout/json.js';
import type { Call } from '../../payout/outcome.js';
import { createHttp, type HttpRequest, type HttpResult } from '../http.js';
import type { Pace, Permit } from '../pace.js';
import { withoutSecrets } from '../without-secrets.js';
import type { ManifestConfig } from './config.js';

const PAGE_SIZE = 100;

/** The calls we make. `pay` and `payBatch` move money; `update` may stop it, or change what is kept of it. */
export interface ManifestApi {
  pay(call: Call, idempotencyKey: string, permit?: Permit): Promise<HttpResult>;
  /** `payouts`: the exact bytes of the list. Strict: one bad row and none is created. */
  payBatch(payouts: string, idempotencyKey: string): Promise<HttpResult>;
  get(id: string): Promise<HttpResult>;
  update(id: string, change: PayoutChange): Promise<HttpResult>;
  list(page: number, pageSize?: number): Promise<HttpResult>;
  listOfConnection(accountConnection: string, page: number): Promise<HttpResult>;
}

export interface PayoutChange {
  readonly status?: 'canceled';
  readonly date?: string;
  readonly description?: string;
  readonly user_data?: JsonObject;
}

export function createManifestApi(
  { baseUrl, apiKey, auth }: ManifestConfig,
  timeoutMs: number,
  pace?: Pace,
): ManifestApi {
  const basic = Buffer.from(`${apiKey}:`).toString('base64');
  const authorization = auth === 'basic' ? `Basic ${basic}` : `Bearer ${apiKey}`;
  const headers = { Authorization: authorization, Accept: 'application/json' };
  const http = withoutSecrets(createHttp({ baseUrl, headers, timeoutMs, pace }), [apiKey, basic]);
  const post = (path: string, body: string, idempotencyKey: string, permit?: Permit) =>
    http({
      method: 'POST',
      path,
      route: path,
      body,
      headers: { 'Idempotency-Key': idempotencyKey },
      permit: permit ?? null,
    });
  const get = (route: string, path: string, query?: HttpRequest['query']) =>
    http({ method: 'GET', path, route, ...(query ? { query } : {}) });

  return {
    pay: ({ path, body }, idempotencyKey, permit) => post(path, body, idempotencyKey, permit),
    payBatch: (payouts, idempotencyKey) => post('/payout/batch', `{"payouts":${payouts}}`, idempotencyKey),
    get: (id) => get(PAYOUT, payoutPath(id)),
    update: (id, change) => http({ method: 'PUT', path: payoutPath(id), route: PAYOUT, body: JSON.stringify(change) }),
    list: (page, pageSize = PAGE_SIZE) => get('/payout', '/payout', { page, page_size: pageSize }),
    listOfConnection: (accountConnection, page) =>
      get('/account-connection/{id}/payout', `/account-connection/${encodeURIComponent(accountConnection)}/payout`, {
        page,
        page_size: PAGE_SIZE,
      }),
  };
}

const PAYOUT = '/payout/{id}';
const payoutPath = (id: string): string => `/payout/${encodeURIComponent(id)}`;
