import type { ProlificRequest } from '../../payout/request.js';
import type { SandboxFactory, SandboxReply, SandboxRequest } from '../../sandbox/provider.js';
import { createSandboxBulks, journalKeyOf } from './sandbox-bulks.js';
import { createSandboxRecords, studyBeforeHyphen } from './sandbox-records.js';
import type { SandboxSubmission, SandboxSubmissionSeed } from './sandbox-records.js';
import { refusal } from './sandbox-replies.js';

export interface ProlificSandboxOptions {
  /** Submissions that exist from the start. Others exist as soon as they are asked for, where `studyOf` knows their study. */
  readonly submissions?: readonly SandboxSubmissionSeed[];
  /** The study of a submission that was not given. Unless set: what stands before the last hyphen of its id. */
  readonly studyOf?: (submissionId: string) => string | undefined;
  /** Currency by study; GBP where none is given. */
  readonly currencies?: Readonly<Record<string, 'GBP' | 'USD'>>;
  /** How long after the paying call a bonus shows on its submission; for each submission, where a function tells it. */
  readonly visibleAfterMs?: number | ((submissionId: string) => number);
  /** What the workspace holds; a bulk over it is refused with 400 when it is paid. Unless set: enough. */
  readonly balanceMinor?: number;
  /** Tokens that are let in; the first goes into the worker's environment. */
  readonly tokens?: readonly [string, ...string[]];
}

/**
 * Simulates Prolific's bonuses as documented: the same bulk paid twice is paid twice, and a bonus shows later.
 * A submission or participant with `refused` in its id is refused at the set-up.
 */
export const prolificSandbox =
  (options: ProlificSandboxOptions = {}): SandboxFactory =>
  ({ now }) => {
    const { visibleAfterMs = 700, balanceMinor = 1_000_000_000, tokens = ['sandbox-prolific-token'] } = options;
    const records = createSandboxRecords(options.submissions ?? [], options.studyOf ?? studyBeforeHyphen);
    const currencyOf = (study: string) => options.currencies?.[study] ?? 'GBP';
    const bulks = createSandboxBulks({ records, now, visibleAfterMs, balanceMinor, currencyOf });

    const readSubmission = ({ params }: SandboxRequest): SandboxReply => {
      const submission = records.find(params['id'] ?? '');
      if (!submission) return refusal(404, 'No submission with this id');
      return { status: 200, json: { ...describe(submission, now()), participant: submission.participant } };
    };

    const listSubmissions = ({ params, query }: SandboxRequest): SandboxReply => {
      const all = records.ofStudy(params['id'] ?? '');
      const limit = wholeOr(query['limit'], 20);
      const offset = wholeOr(query['offset'], 0);
      const page = all.slice(offset, offset + limit);
      const results = page.map((submission) => ({
        ...describe(submission, now()),
        participant_id: submission.participant,
      }));
      const href = offset + limit < all.length ? `?limit=${limit}&offset=${offset + limit}` : null;
      return { status: 200, json: { results, _links: { next: { href } }, meta: { count: all.length } } };
    };

    const readBalance = (): SandboxReply => {
      const balance = bulks.availableMinor();
      const breakdown = breakDown(balance);
      return {
        status: 200,
        json: {
          currency_code: 'GBP',
          total_balance: balance,
          balance_breakdown: breakdown,
          available_balance: balance,
          available_balance_breakdown: breakdown,
        },
      };
    };

    const readMe = (): SandboxReply => ({
      status: 200,
      json: { id: '5f00000000000000000000aa', name: 'Sandbox Researcher' },
    });

    return {
      name: 'prolific',
      basePath: '/api/v1',
      authorize: ({ authorization }) =>
        tokens.some((token) => authorization === `Token ${token}`)
          ? undefined
          : refusal(401, 'Authentication credentials were not provided or are wrong'),
      payingRoutes: ['POST /bulk-bonus-payments/:id/pay/'],
      routes: [
        route('POST', '/submissions/bonus-payments/', bulks.setUp),
        { ...route('POST', '/bulk-bonus-payments/:id/pay/', bulks.pay), about: bulks.about },
        route('GET', '/submissions/:id/', readSubmission),
        route('GET', '/studies/:id/submissions/', listSubmissions),
        route('GET', '/workspaces/:id/balance/', readBalance),
        route('GET', '/users/me/', readMe),
      ],
      env: (baseUrl) => ({ PROLIFIC_BASE_URL: baseUrl, PROLIFIC_API_TOKEN: tokens[0] }),
      payments: bulks.payments,
    };
  };

/** Where the sandbox's journal keeps the payments of a request. `subject` is what `identify` resolved. */
export const prolificJournalKey = ({ submissionId, participantId }: ProlificRequest, subject?: string): string =>
  journalKeyOf(subject ?? submissionId ?? participantId ?? '');

const route = (method: 'GET' | 'POST', path: string, handle: (request: SandboxRequest) => SandboxReply) => ({
  id: `${method} ${path}`,
  method,
  path,
  handle,
});

/** As Prolific shows it: without the bonuses that were paid just now. */
const describe = ({ id, status, study, bonuses }: SandboxSubmission, nowMs: number) => ({
  id,
  status,
  study_id: study,
  started_at: '2026-01-05T10:00:00Z',
  completed_at: '2026-01-05T10:20:00Z',
  bonus_payments: bonuses.filter(({ visibleAtMs }) => visibleAtMs <= nowMs).map(({ amountMinor }) => amountMinor),
});

/** What the money would be spent on: a third of the rewards are fees here, as in a bulk. */
function breakDown(balanceMinor: number) {
  const fees = Math.floor(balanceMinor / 4);
  return { rewards: balanceMinor - fees, fees, vat: 0 };
}

const wholeOr = (text: string | undefined, fallback: number): number =>
  text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : fallback;
