import type { Call } from '../../payout/outcome.js';
import { createHttp, type HttpResult } from '../http.js';
import { withoutSecrets } from '../without-secrets.js';
import type { ManifestConfig } from './config.js';

export const PAGE_SIZE = 100;

/** The calls we make. `pay` moves money; `update` may stop it or move its date. */
export interface ManifestApi {
  pay(call: Call, idempotencyKey: string): Promise<HttpResult>;
  get(id: string): Promise<HttpResult>;
  update(id: string, change: { readonly status: 'canceled' } | { readonly date: string }): Promise<HttpResult>;
  list(page: number, pageSize?: number): Promise<HttpResult>;
  listOfConnection(accountConnection: string, page: number): Promise<HttpResult>;
}

export function createManifestApi({ baseUrl, apiKey, auth }: ManifestConfig, timeoutMs: number): ManifestApi {
  const basic = Buffer.from(`${apiKey}:`).toString('base64');
  const authorization = auth === 'basic' ? `Basic ${basic}` : `Bearer ${apiKey}`;
  const headers = { Authorization: authorization, Accept: 'application/json' };
  const http = withoutSecrets(createHttp({ baseUrl, headers, timeoutMs }), [apiKey, basic]);

  return {
    pay: ({ method, path, body }, idempotencyKey) =>
      http({ method, path, body, headers: { 'Idempotency-Key': idempotencyKey } }),
    get: (id) => http({ method: 'GET', path: payoutPath(id) }),
    update: (id, change) => http({ method: 'PUT', path: payoutPath(id), body: JSON.stringify(change) }),
    list: (page, pageSize = PAGE_SIZE) => http({ method: 'GET', path: '/payout', query: { page, page_size: pageSize } }),
    listOfConnection: (accountConnection, page) =>
      http({
        method: 'GET',
        path: `/account-connection/${encodeURIComponent(accountConnection)}/payout`,
        query: { page, page_size: PAGE_SIZE },
      }),
  };
}

const payoutPath = (id: string): string => `/payout/${encodeURIComponent(id)}`;
