import { randomUUID } from 'node:crypto';
import { TAG, type ManifestRequest } from '../../payout/request.js';
import type { Payment, SandboxFactory, SandboxReply, SandboxRequest, SandboxRoute } from '../../sandbox/provider.js';
import { isObject, parseObject, readCreate, type CreateBody } from './sandbox-body.js';
import { statusOf, typeOf, type SandboxPayout, type SandboxTimes } from './sandbox-payouts.js';

export interface ManifestSandboxOptions extends Partial<SandboxTimes> {
  /** Under which name `user_data` comes back. Manifest documents both, and it is not known whether lists hold it. */
  readonly echo?: 'user_data' | 'userdata' | 'none';
  /** How long a new payout stays out of the lists, milliseconds. */
  readonly listLagMs?: number;
  /** The most rows of one page, whatever is asked for. */
  readonly mostRows?: number;
}

/** The route ids, for faults and the log. */
export const MANIFEST_ROUTES = {
  create: 'POST /payout',
  batch: 'POST /payout/batch',
  get: 'GET /payout/:id',
  update: 'PUT /payout/:id',
  list: 'GET /payout',
  listOfConnection: 'GET /account-connection/:id/payout',
} as const;

const API_KEY = 'sandbox-manifest-key';

/**
 * Manifest as far as its documents go. Any account connection exists; its name says what becomes of a payout to it:
 * `acon_ach…` goes through a bank, `acon_ach_returned…` comes back, `acon_unclaimed…` is not claimed, `acon_failing…` fails after
 * it was accepted, `acon_refused…` and `acon_deleted…` are refused.
 */
export const manifestSandbox =
  (options: ManifestSandboxOptions = {}): SandboxFactory =>
  ({ now }) => {
    const times = { createdMs: 300, readyMs: 300, pendingMs: 600, returnAfterMs: 1_000, ...options };
    const { echo = 'user_data', listLagMs = 0, mostRows = 100 } = options;
    const payouts = new Map<string, SandboxPayout>();
    /** Only what succeeded is remembered: whether refusals are replayed is not documented. */
    const keys = new Map<string, { readonly route: string; readonly body: string; readonly reply: SandboxReply }>();

    const show = (payout: SandboxPayout): unknown => toJson(payout, statusOf(payout, times, now()), echo);
    const create = (body: CreateBody): SandboxPayout => {
      const payout = { id: `pay_${randomUUID().replaceAll('-', '')}`, createdAtMs: now(), canceledAtMs: undefined, ...body };
      payouts.set(payout.id, payout);
      return payout;
    };

    const withKey =
      (route: string, handle: (request: SandboxRequest) => SandboxReply) =>
      (request: SandboxRequest): SandboxReply => {
        const key = request.headers['idempotency-key'];
        const known = key === undefined ? undefined : keys.get(key);
        if (known && (known.body !== request.body || known.route !== route))
          return refuse(409, 'The idempotency key was used with a different request.');
        if (known) return known.reply;
        const reply = handle(request);
        if (key !== undefined && reply.status < 300) keys.set(key, { route, body: request.body, reply });
        return reply;
      };

    const createOne = ({ body }: SandboxRequest): SandboxReply => {
      const read = readCreate(parseObject(body) ?? {});
      return read.kind === 'bad' ? refuse(400, read.message) : { status: 201, json: show(create(read.value)) };
    };

    const createBatch = ({ body }: SandboxRequest): SandboxReply => {
      const rows = parseObject(body)?.['payouts'];
      if (!Array.isArray(rows) || rows.length === 0) return refuse(400, 'payouts is required.');
      const read = rows.map((row: unknown) => ({ row, result: readCreate(isObject(row) ? row : {}) }));
      const details = read.flatMap(({ row, result }) =>
        result.kind === 'bad' ? [{ message: result.message, request: row }] : [],
      );
      if (details.length > 0) return { status: 400, json: { message: BATCH_REFUSED, details } };
      const created = read.flatMap(({ result }) => (result.kind === 'read' ? [create(result.value)] : []));
      return { status: 201, json: { payouts: created.map(show) } };
    };

    const withPayout =
      (handle: (payout: SandboxPayout, request: SandboxRequest) => SandboxReply) =>
      (request: SandboxRequest): SandboxReply => {
        const payout = payouts.get(request.params['id'] ?? '');
        return payout ? handle(payout, request) : refuse(404, 'Payout not found.');
      };

    const update = (payout: SandboxPayout, { body }: SandboxRequest): SandboxReply => {
      const { status, description, date, user_data: userData } = parseObject(body) ?? {};
      // Canceling and rescheduling are only effective in `ready`; otherwise the answer is a 200 that changed nothing.
      const isReady = statusOf(payout, times, now()) === 'ready';
      if (typeof date === 'string' && Number.isNaN(Date.parse(date))) return refuse(400, 'date must be an ISO 8601 date.');
      if (isReady && typeof date === 'string') payout.dateMs = Date.parse(date);
      if (isReady && status === 'canceled') payout.canceledAtMs = now();
      if (typeof description === 'string') payout.description = description;
      if (isObject(userData)) payout.userData = userData;
      return { status: 200, json: show(payout) };
    };

    const list = ({ query }: SandboxRequest, accountConnection?: string): SandboxReply => {
      const page = Math.max(1, Number(query['page'] ?? 1) || 1);
      const pageSize = Math.min(mostRows, Math.max(1, Number(query['page_size'] ?? 10) || 10));
      const listed = [...payouts.values()]
        .filter((payout) => payout.createdAtMs + listLagMs <= now())
        .filter((payout) => accountConnection === undefined || payout.accountConnection === accountConnection)
        .toReversed();
      const data = listed.slice((page - 1) * pageSize, page * pageSize).map(show);
      return { status: 200, json: { data, pagination: { page, page_size: pageSize, total: listed.length } } };
    };

    return {
      name: 'manifest',
      basePath: '/enterprise/v1',
      authorize: ({ authorization }) =>
        authorization === `Basic ${Buffer.from(`${API_KEY}:`).toString('base64')}` ? undefined : refuse(401, 'Unauthorized.'),
      env: (baseUrl) => ({ MANIFEST_BASE_URL: baseUrl, MANIFEST_API_KEY: API_KEY }),
      payments: () => [...payouts.values()].map((payout) => toPayment(payout, statusOf(payout, times, now()))),
      routes: [
        route(MANIFEST_ROUTES.create, withKey(MANIFEST_ROUTES.create, createOne)),
        route(MANIFEST_ROUTES.batch, withKey(MANIFEST_ROUTES.batch, createBatch)),
        route(MANIFEST_ROUTES.list, (request) => list(request)),
        route(
          MANIFEST_ROUTES.get,
          withPayout((payout) => ({ status: 200, json: show(payout) })),
        ),
        route(MANIFEST_ROUTES.update, withPayout(update)),
        route(MANIFEST_ROUTES.listOfConnection, (request) => list(request, request.params['id'] ?? '')),
      ],
    };
  };

const BATCH_REFUSED = 'Errors occurred while creating payouts. No payouts were created. See details.';

function route(id: string, handle: SandboxRoute['handle']): SandboxRoute {
  const [method, path = ''] = id.split(' ');
  return { id, method: method as SandboxRoute['method'], path, handle };
}

/** What the journal calls the payment that a request asks for. */
export const manifestJournalKey = ({ reference }: Pick<ManifestRequest, 'reference'>): string => `manifest/${reference}`;

function toPayment(payout: SandboxPayout, status: string): Payment {
  const tag = payout.userData[TAG];
  const state = status === 'created' || status === 'ready' ? 'due' : status === 'pending' || status === 'sent' ? 'paid' : 'undone';
  return {
    provider: 'manifest',
    key: typeof tag === 'string' ? manifestJournalKey({ reference: tag }) : `manifest/untagged/${payout.id}`,
    amountMinor: payout.amountMinor,
    currency: 'USD',
    state,
    providerReference: payout.id,
    at: new Date(payout.createdAtMs).toISOString(),
  };
}

function toJson(payout: SandboxPayout, status: string, echo: 'user_data' | 'userdata' | 'none'): unknown {
  return {
    id: payout.id,
    type: typeOf(payout),
    status,
    account_connection: payout.accountConnection,
    amount_in_cents: payout.amountMinor,
    description: payout.description,
    date: new Date(payout.dateMs ?? payout.createdAtMs).toISOString(),
    destination: 'Sandbox Account',
    fee_in_cents: 10,
    ...(echo === 'none' ? {} : { [echo]: payout.userData }),
    activity: status === 'error' ? [{ message: 'The transfer could not be completed.' }] : [],
    created_at: new Date(payout.createdAtMs).toISOString(),
    updated_at: new Date(payout.createdAtMs).toISOString(),
  };
}

const refuse = (status: number, message: string): SandboxReply => ({ status, json: { message } });
