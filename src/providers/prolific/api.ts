import type { z } from 'zod';
import type { Call } from '../../payout/outcome.js';
import { createHttp, type HttpRequest, type HttpResult } from '../http.js';
import type { Pace, Permit } from '../pace.js';
import type { Refused, Unready } from '../provider.js';
import { shorten } from './error-detail.js';
import { hideToken } from './hide-token.js';
import { toAnswer, unready, type Answer } from './mapping.js';
import { PAY_ROUTE } from './pay-path.js';
import { balanceSchema, setUpSchema, submissionPageSchema, submissionSchema } from './schemas.js';
import type { BalanceAnswer, SetUp, Submission, SubmissionPage } from './schemas.js';

/** The calls we make. Each path ends in `/`: a redirect of a POST would be a danger. */
export interface ProlificApi {
  /** Sets up a bulk bonus and pays nothing; a bulk that nobody pays is harmless. */
  setUp(studyId: string, csvBonuses: string): Promise<Answer<SetUp>>;
  /** Pays, and pays again each time it is called. */
  pay(call: Call, permit?: Permit): Promise<HttpResult>;
  readSubmission(submissionId: string): Promise<Answer<Submission>>;
  listSubmissions(studyId: string, page: { limit: number; offset: number }): Promise<Answer<SubmissionPage>>;
  readBalance(workspaceId: string): Promise<Answer<BalanceAnswer>>;
  readMe(): Promise<HttpResult>;
}

export interface ApiOptions {
  readonly baseUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  readonly pace?: Pace | undefined;
}

export function createProlificApi({ baseUrl, token, timeoutMs, pace }: ApiOptions): ProlificApi {
  const headers = { Authorization: `Token ${token}`, Accept: 'application/json' };
  const http = createHttp({ baseUrl, headers, timeoutMs, pace });

  const ask = async <T>(what: string, schema: z.ZodType<T>, request: HttpRequest): Promise<Answer<T>> => {
    const result = await http(request);
    const answer = toAnswer(result, what);
    // The values of a good answer stay as they are: a short token could be a part of somebody's id.
    if (answer.kind !== 'answered') return toAnswer(hideToken(result, token), what) as Refused | Unready;
    const parsed = schema.safeParse(answer.value);
    if (parsed.success) return { kind: 'answered', value: parsed.data };
    return unready('provider', shorten(`${what}: the answer cannot be read (${fieldsOf(parsed.error)})`));
  };

  return {
    setUp: (study_id, csv_bonuses) => {
      const body = JSON.stringify({ study_id, csv_bonuses });
      const path = '/submissions/bonus-payments/';
      return ask('set-up', setUpSchema, { method: 'POST', path, route: path, body });
    },
    pay: async ({ method, path, body }, permit) =>
      hideToken(
        await http({ method, path, route: PAY_ROUTE, body, freshConnection: true, permit: permit ?? null }),
        token,
      ),
    readSubmission: (id) => {
      const path = `/submissions/${encodeURIComponent(id)}/`;
      return ask(`submission ${id}`, submissionSchema, { method: 'GET', path, route: '/submissions/{id}/' });
    },
    listSubmissions: (id, query) => {
      const path = `/studies/${encodeURIComponent(id)}/submissions/`;
      return ask(`submissions of study ${id}`, submissionPageSchema, {
        method: 'GET',
        path,
        route: '/studies/{id}/submissions/',
        query,
      });
    },
    readBalance: (id) => {
      const path = `/workspaces/${encodeURIComponent(id)}/balance/`;
      return ask('balance', balanceSchema, { method: 'GET', path, route: '/workspaces/{id}/balance/' });
    },
    readMe: async () => hideToken(await http({ method: 'GET', path: '/users/me/', route: '/users/me/' }), token),
  };
}

const fieldsOf = (error: z.ZodError): string =>
  [...new Set(error.issues.map(({ path }) => path.join('.') || 'no JSON object'))].join(', ');
