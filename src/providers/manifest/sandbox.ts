import type { SandboxFactory, SandboxReply, SandboxRequest, SandboxRoute } from '../../sandbox/provider.js';
import { isObject, parseJson, readCreate, readUpdate } from './sandbox-body.js';
import { createIdempotency } from './sandbox-keys.js';
import type { SandboxPayout, SandboxTimes } from './sandbox-payouts.js';
import { createSandboxRecords, type SandboxRecords } from './sandbox-records.js';
import { toJson, toPayment } from './sandbox-show.js';
import { createDeliveries, WEBHOOK_ENV } from './sandbox-webhook.js';

export { manifestJournalKey } from './sandbox-show.js';

export interface ManifestSandboxOptions extends Partial<SandboxTimes> {
  /** Under which name `user_data` comes back. Manifest documents both, and it is not known whether lists hold it. */
  readonly echoUserData?: 'user_data' | 'userdata' | 'none';
  /** How long a new payout stays out of the lists, milliseconds. */
  readonly listLagMs?: number;
  /** The most rows of one page, whatever is asked for. */
  readonly mostRows?: number;
  /** How long an idempotency key is remembered, milliseconds; for ever unless it is given. */
  readonly rememberKeysMs?: number;
  /** Changes what a list holds at the moment at which a page of it is asked for: so pages shift between two of them. */
  readonly listed?: (rows: readonly SandboxPayout[], page: number) => readonly SandboxPayout[];
  /** Changes a row as a list shows it, such as into one that nobody can read. */
  readonly row?: (row: unknown, payout: SandboxPayout) => unknown;
  /** The real sandbox takes 2000 ($20.00) at most; here there is no limit unless it is given. */
  readonly mostAmountMinor?: number;
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
const AUTHORIZATION = `Basic ${Buffer.from(`${API_KEY}:`).toString('base64')}`;

/**
 * Manifest as far as its documents go. Any account connection exists; its name says what becomes of a payout to it:
 * `acon_ach…` goes through a bank, `acon_ach_returned…` comes back, `acon_unclaimed…` is not claimed, `acon_failing…` fails after
 * it was accepted, `acon_refused…` and `acon_deleted…` are refused.
 */
export const manifestSandbox =
  (options: ManifestSandboxOptions = {}): SandboxFactory =>
  ({ now }) => {
    const { createdMs = 300, readyMs = 300, pendingMs = 600, returnAfterMs = 1_000 } = options;
    const { echoUserData = 'user_data', listLagMs = 0, mostRows = 100, mostAmountMinor = Infinity } = options;
    const { rememberKeysMs = Infinity, listed = unchanged, row = unchanged } = options;
    const records = createSandboxRecords(now, { createdMs, readyMs, pendingMs, returnAfterMs }, listLagMs);
    const show = (payout: SandboxPayout): unknown => toJson(payout, records.standing(payout), echoUserData);
    const showList = (accountConnection: string | undefined, query: SandboxRequest['query']): SandboxReply =>
      toPage(
        (page) => listed(records.listed(accountConnection), page),
        (payout) => row(show(payout), payout),
        mostRows,
        query,
      );
    const withKey = createIdempotency(now, rememberKeysMs);

    return {
      name: 'manifest',
      basePath: '/enterprise/v1',
      authorize: ({ authorization }) => (authorization === AUTHORIZATION ? undefined : refuse(401, 'Unauthorized.')),
      env: (baseUrl) => ({ MANIFEST_BASE_URL: baseUrl, MANIFEST_API_KEY: API_KEY, ...WEBHOOK_ENV }),
      deliveries: createDeliveries(records, now, ({ userData }) => (echoUserData === 'none' ? {} : userData)),
      payments: () => records.all().map((payout) => toPayment(payout, records.standing(payout))),
      payingRoutes: [MANIFEST_ROUTES.create, MANIFEST_ROUTES.batch],
      routes: [
        toRoute(
          MANIFEST_ROUTES.create,
          withKey(MANIFEST_ROUTES.create, ({ body }) => createOne(records, show, mostAmountMinor, body)),
        ),
        toRoute(
          MANIFEST_ROUTES.batch,
          withKey(MANIFEST_ROUTES.batch, ({ body }) => createBatch(records, show, mostAmountMinor, body)),
        ),
        toRoute(MANIFEST_ROUTES.get, ({ params }) => {
          const payout = records.find(params['id'] ?? '');
          return payout ? { status: 200, json: show(payout) } : refuse(404, 'Payout not found.');
        }),
        toRoute(MANIFEST_ROUTES.update, (request) => update(records, show, request)),
        toRoute(MANIFEST_ROUTES.list, ({ query }) => showList(undefined, query)),
        toRoute(MANIFEST_ROUTES.listOfConnection, ({ params, query }) => showList(params['id'] ?? '', query)),
      ],
    };
  };

const unchanged = <T>(value: T): T => value;

type Show = (payout: SandboxPayout) => unknown;

function createOne(records: SandboxRecords, show: Show, mostAmountMinor: number, body: string): SandboxReply {
  const read = readCreate(parseJson(body), mostAmountMinor);
  return read.kind === 'bad' ? refuse(400, read.message) : { status: 201, json: show(records.create(read.value)) };
}

const BATCH_REFUSED = 'Errors occurred while creating payouts. No payouts were created. See details.';

/** Strict: one bad row and none is created. */
function createBatch(records: SandboxRecords, show: Show, mostAmountMinor: number, body: string): SandboxReply {
  const batch = parseJson(body);
  const rows: unknown = isObject(batch) ? batch['payouts'] : undefined;
  if (!Array.isArray(rows) || rows.length === 0) return refuse(400, 'payouts is required.');
  const read = rows.map((request: unknown) => ({ request, row: readCreate(request, mostAmountMinor) }));
  const details = read.flatMap(({ request, row }) => (row.kind === 'bad' ? [{ message: row.message, request }] : []));
  if (details.length > 0) return { status: 400, json: { message: BATCH_REFUSED, details } };
  const created = read.flatMap(({ row }) => (row.kind === 'read' ? [records.create(row.value)] : []));
  return { status: 201, json: { payouts: created.map(show) } };
}

function update(records: SandboxRecords, show: Show, { params, body }: SandboxRequest): SandboxReply {
  const payout = records.find(params['id'] ?? '');
  if (!payout) return refuse(404, 'Payout not found.');
  const read = readUpdate(parseJson(body));
  // A cancel that comes too late is answered with an unchanged status; what Manifest does is not documented.
  return read.kind === 'bad'
    ? refuse(400, read.message)
    : { status: 200, json: show(records.update(payout, read.value)) };
}

function toPage(
  listed: (page: number) => readonly SandboxPayout[],
  show: Show,
  mostRows: number,
  query: SandboxRequest['query'],
): SandboxReply {
  const page = readCount(query['page'], 1);
  const pageSize = Math.min(mostRows, readCount(query['page_size'], 10));
  const rows = listed(page);
  const data = rows.slice((page - 1) * pageSize, page * pageSize).map(show);
  return { status: 200, json: { data, pagination: { page, page_size: pageSize, total: rows.length } } };
}

function toRoute(id: string, handle: SandboxRoute['handle']): SandboxRoute {
  const [method, path = ''] = id.split(' ');
  return { id, method: method as SandboxRoute['method'], path, handle };
}

/** A page number or size; anything else is as if it were not given. */
const readCount = (text: string | undefined, otherwise: number): number =>
  text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : otherwise;

const refuse = (status: number, message: string): SandboxReply => ({ status, json: { message } });
