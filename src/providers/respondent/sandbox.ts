import type { RespondentRequest } from '../../payout/request.js';
import type { Payment, SandboxFactory, SandboxReply, SandboxRequest, SandboxRoute } from '../../sandbox/provider.js';
import { createSandboxRecords, type SandboxRecords } from './sandbox-records.js';
import { readPayoutBody } from './sandbox-body.js';
import { createDeliveries, WEBHOOK_ENV } from './sandbox-webhook.js';

export interface RespondentSandboxOptions {
  /** What a number does that is not the next one. Respondent does not document it. */
  readonly rule?: 'refuses_wrong_number' | 'pays_every_time';
  /** How long a payment stays out of the counts, milliseconds; for each screener response, where a function tells it. */
  readonly visibleAfterMs?: number | ((screenerResponseId: string) => number);
  /** What differs in a project from the ordinary one; asked at each request, so that a test may change its answer. */
  readonly project?: (projectId: string) => Partial<SandboxProject>;
}

export interface SandboxProject {
  readonly incentiveMinor: number;
  readonly autopay: boolean;
  readonly hasCard: boolean;
  readonly exists: boolean;
}

/** The route ids, for faults and the log. */
export const RESPONDENT_ROUTES = {
  pay: 'POST /v1/projects/:projectId/screener-responses/:screenerResponseId/payouts',
  counts: 'GET /v1/projects/:projectId/screener-responses/payouts',
  project: 'GET /v1/projects/:projectId',
  balances: 'GET /v1/pricing/balances/summary',
} as const;

const CREDENTIALS = { key: 'sandbox-respondent-key', secret: 'sandbox-respondent-secret' };

/**
 * Respondent as far as its documents go. Any id exists, but for these: a project `missing-…` is unknown, `nocard-…` has no card on
 * file, `autopay-…` has autopay; a screener response `refused-…` is refused.
 */
export const respondentSandbox =
  (options: RespondentSandboxOptions = {}): SandboxFactory =>
  ({ now }) => {
    const records = createSandboxRecords(now, options.visibleAfterMs ?? 0);
    const findProject = (projectId: string): SandboxProject => ({
      incentiveMinor: 5000,
      autopay: projectId.startsWith('autopay-'),
      hasCard: !projectId.startsWith('nocard-'),
      exists: !projectId.startsWith('missing-'),
      ...options.project?.(projectId),
    });
    const inProject =
      (handle: (project: SandboxProject, request: SandboxRequest) => SandboxReply) => (request: SandboxRequest) => {
        const project = findProject(request.params['projectId'] ?? '');
        return project.exists ? handle(project, request) : refuse(404, 'Project not found');
      };

    return {
      name: 'respondent',
      basePath: '',
      authorize: (headers) => {
        const isOurs = headers['x-api-key'] === CREDENTIALS.key && headers['x-api-secret'] === CREDENTIALS.secret;
        return isOurs ? undefined : refuse(401, 'Unauthorized');
      },
      env: (baseUrl) => ({
        RESPONDENT_BASE_URL: baseUrl,
        RESPONDENT_API_KEY: CREDENTIALS.key,
        RESPONDENT_API_SECRET: CREDENTIALS.secret,
        ...WEBHOOK_ENV,
      }),
      deliveries: createDeliveries(records),
      payments: () => records.all().map(toPayment),
      payingRoutes: [RESPONDENT_ROUTES.pay],
      routes: [
        toRoute(
          RESPONDENT_ROUTES.pay,
          inProject((project, request) => pay(records, project, request, options.rule ?? 'refuses_wrong_number')),
        ),
        toRoute(
          RESPONDENT_ROUTES.counts,
          inProject((_project, { params }) => ({ status: 200, json: records.list(params['projectId'] ?? '') })),
        ),
        toRoute(
          RESPONDENT_ROUTES.project,
          inProject((project, { params }) => ({ status: 200, json: toProjectJson(project, params['projectId']) })),
        ),
        toRoute(RESPONDENT_ROUTES.balances, () => ({
          status: 200,
          json: { creditBalance: 300, incentiveBalance: 1_000_000 },
        })),
      ],
    };
  };

function toRoute(id: string, handle: SandboxRoute['handle']): SandboxRoute {
  const [method, path = ''] = id.split(' ');
  return { id, method: method === 'POST' ? 'POST' : 'GET', path, handle };
}

const MOST_PAYMENTS = 5;

function pay(
  records: SandboxRecords,
  project: SandboxProject,
  { params, body }: SandboxRequest,
  rule: NonNullable<RespondentSandboxOptions['rule']>,
): SandboxReply {
  const { projectId = '', screenerResponseId = '' } = params;
  const read = readPayoutBody(body);
  if (read.kind === 'bad') return refuse(400, read.message);
  if (screenerResponseId.startsWith('refused-')) return refuse(400, 'Screener response cannot be paid out');
  if (!project.hasCard) {
    return refuse(402, 'The team has no default payment card on file, so the payout cannot be charged');
  }
  const made = records.countOf(projectId, screenerResponseId);
  if (made >= MOST_PAYMENTS) return refuse(400, `A participant can be paid ${MOST_PAYMENTS} times at most`);
  if (rule === 'refuses_wrong_number' && read.payoutCount !== made + 1) {
    return refuse(409, `payoutCount is ${read.payoutCount}, expected ${made + 1}`);
  }
  records.add({ projectId, screenerResponseId, incentiveMinor: project.incentiveMinor, tipMinor: read.tip });
  return { status: 201 };
}

/** What the journal calls the payment that a request asks for. */
export const respondentJournalKey = (
  request: Pick<RespondentRequest, 'projectId' | 'screenerResponseId' | 'payoutCount'>,
): string => {
  const [projectId, screenerResponseId] = [request.projectId, request.screenerResponseId].map(encodeURIComponent);
  return `respondent/${projectId}/${screenerResponseId}#${request.payoutCount}`;
};

const toPayment = (paid: ReturnType<SandboxRecords['all']>[number]): Payment => ({
  provider: 'respondent',
  key: respondentJournalKey({ ...paid, payoutCount: paid.ordinal }),
  amountMinor: paid.incentiveMinor + paid.tipMinor,
  currency: 'USD',
  state: 'paid',
  at: new Date(paid.atMs).toISOString(),
});

/** The project speaks of dollars where everything else is cents. */
const toProjectJson = ({ incentiveMinor, autopay }: SandboxProject, id: string | undefined): unknown => ({
  id,
  status: 'LIVE',
  incentiveAmount: incentiveMinor / 100,
  automations: { autopay },
});

const refuse = (status: number, message: string | readonly string[]): SandboxReply => ({
  status,
  json: { statusCode: status, message },
});
