import type { RespondentRequest } from '../../payout/request.js';
import type { HttpResult } from '../http.js';
import type { SharedReads } from '../provider.js';
import type { RespondentApi } from './api.js';
import { lookUp } from './look-up.js';
import { prepare } from './prepare.js';

/** Respondent lists the payments of a whole project: whoever is asked about in it, one reading tells. */
export const createSharedReads = (api: RespondentApi): SharedReads<RespondentRequest> => ({
  async prepare(rows) {
    const shared = readingOnce(api);
    const prepared = rows.map(async ({ request }) => [request.reference, await prepare(shared, request)] as const);
    return new Map(await Promise.all(prepared));
  },
  async lookUp(queries) {
    const shared = readingOnce(api);
    const found = queries.map(async (query) => [query.request.reference, await lookUp(shared, query)] as const);
    return new Map(await Promise.all(found));
  },
});

/** For one purpose, and then thrown away: what was read before somebody entered a lane says nothing to the next. */
const readingOnce = (api: RespondentApi): RespondentApi => ({
  ...api,
  readCounts: once(api.readCounts),
  readProject: once(api.readProject),
});

function once(read: (projectId: string) => Promise<HttpResult>): (projectId: string) => Promise<HttpResult> {
  const reads = new Map<string, Promise<HttpResult>>();
  return (projectId) => {
    const known = reads.get(projectId) ?? read(projectId);
    reads.set(projectId, known);
    return known;
  };
}
