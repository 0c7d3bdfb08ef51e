import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Kysely } from 'kysely';
import { readList, readRequest, type ListFilter } from '../ledger/read.js';
import { openLedger } from '../ledger/ledger.js';
import { ReferenceConflict, ServerUnreachable } from '../payout/errors.js';
import { requestedMinor, currencyOf } from '../payout/show.js';
import type { PayoutRequest, PayoutRequestInput } from '../payout/request.js';
import { differingFields, parseRequest } from '../providers/parse-request.js';
import type { Batches } from '../batch/engine.js';
import { readTemporalTarget } from '../temporal/connect-options.js';
import { readDataConverter } from '../temporal/data-converter.js';
import type { Tracing } from '../tracing/tracing.js';
import { joinUpdate } from '../../workflows/messages.js';
import {
  PAYOUT_PROVIDER,
  PAYOUT_SCHEDULED_AT,
  PAYOUT_STATUS,
  PAYOUT_WAITING_FOR,
} from '../../workflows/search-attributes.js';
import { staticDetailsOf } from '../../workflows/static-details.js';
import { createBatches } from './batches.js';
import { PayoutHandle } from './payout-handle.js';
import { toPayoutsError } from './to-payouts-error.js';
import { whileReachable } from './while-reachable.js';
import { withSettledBy, type ListedPayout } from './with-settled-by.js';

export interface PayoutsClientOptions {
  /** An existing Temporal client, in the namespace where the payouts live; with `readDataConverter()` where payloads are encrypted. */
  readonly client: Client;
  /** `payouts` unless given. */
  readonly taskQueue?: string;
  /** The ledger's database; a read-only user is enough. Without one the workflows are asked. */
  readonly databaseUrl?: string;
}

export interface ConnectOptions {
  /** Made by `createTracing` of `temporal-payouts/tracing`, and closed by the caller. Without it nothing is traced. */
  readonly tracing?: Tracing;
}

/**
 * The library for backend code.
 *
 * @example
 * const payouts = await PayoutsClient.connect();
 * const handle = await payouts.start({
 *   reference: 'study-42/p-007', provider: 'manifest', accountConnection: 'acon_X', amountMinor: 1500, currency: 'USD',
 * });
 * console.log((await handle.result()).status);
 * await payouts.close();
 */
export class PayoutsClient {
  readonly client: Client;
  readonly taskQueue: string;
  private readonly db: Kysely<unknown> | undefined;
  private readonly closers: (() => Promise<unknown>)[] = [];

  constructor({ client, taskQueue, databaseUrl }: PayoutsClientOptions) {
    this.client = client;
    this.taskQueue = taskQueue ?? 'payouts';
    if (databaseUrl !== undefined) {
      const ledger = openLedger({ url: databaseUrl, maxConnections: 4 });
      this.db = ledger.db;
      this.closers.push(() => ledger.close());
    }
  }

  /** Connects as the environment says: TEMPORAL_ADDRESS and the rest, PAYOUTS_TASK_QUEUE, PAYOUTS_DATABASE_URL, PAYOUTS_ENCRYPTION_KEYS. */
  static async connect(
    env: Readonly<Record<string, string | undefined>> = process.env,
    { tracing }: ConnectOptions = {},
  ): Promise<PayoutsClient> {
    const { connectionOptions, namespace, taskQueue } = readTemporalTarget(env);
    const dataConverter = readDataConverter(env);
    const { address = 'localhost:7233' } = connectionOptions;
    const connection = await Connection.connect({ ...connectionOptions, address, connectTimeout: '5 seconds' }).catch(
      (error: unknown) => {
        const why = error instanceof Error ? error.message : 'unknown error';
        throw new ServerUnreachable(
          `the Temporal server at ${address} cannot be reached (${why}): check TEMPORAL_ADDRESS`,
        );
      },
    );
    const interceptors = { workflow: tracing ? [tracing.client] : [] };
    const client = new Client({ connection, namespace, dataConverter, interceptors });
    const databaseUrl = env['PAYOUTS_DATABASE_URL'];
    const payouts = new PayoutsClient({ client, taskQueue, ...(databaseUrl ? { databaseUrl } : {}) });
    payouts.closers.push(() => connection.close());
    return payouts;
  }

  /**
   * Starts a payout, or joins the one that has this reference already.
   * Throws `InvalidRequest` naming the field, `ReferenceConflict` where the reference stands for other content, `ServerUnreachable`
   * within seconds where nobody is there.
   */
  start(request: PayoutRequestInput): Promise<PayoutHandle>;
  /** The same for parsed JSON, which is checked just so. */
  start(request: unknown): Promise<PayoutHandle>;
  async start(input: unknown): Promise<PayoutHandle> {
    const request = parseRequest(input);
    const isClaimed = await this.expectNoConflict(request);
    const { reference } = request;
    for (;;) {
      try {
        const started = await whileReachable(this.client, () =>
          this.client.workflow.start('payout', this.startOptions(request)),
        );
        return new PayoutHandle(this.handleContext(), reference, started.firstExecutionRunId);
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toPayoutsError(error, reference);
        // The claim was compared already: no worker needs to be asked.
        if (isClaimed || (await this.join(request))) return this.getHandle(reference);
      }
    }
  }

  /** A payout by its reference, whoever started it. */
  getHandle(reference: string): PayoutHandle {
    return new PayoutHandle(this.handleContext(), reference);
  }

  /** The payouts that match, oldest status first, each with what would settle it. Needs the ledger. */
  async list(filter: ListFilter = {}): Promise<readonly ListedPayout[]> {
    if (!this.db) throw new Error('list() needs databaseUrl: it reads the ledger');
    return (await readList(this.db, filter)).map(withSettledBy);
  }

  /** Many payouts at once, together where one call of the provider can. Needs the ledger. */
  get batches(): Batches {
    if (!this.db) throw new Error('batches need databaseUrl: they read the ledger');
    return createBatches({ client: this.client, taskQueue: this.taskQueue, db: this.db });
  }

  async close(): Promise<void> {
    for (const close of this.closers.splice(0).toReversed()) await close();
  }

  private handleContext() {
    return { client: this.client, taskQueue: this.taskQueue, db: this.db };
  }

  private startOptions(request: PayoutRequest) {
    const { scheduledAt } = request;
    return {
      workflowId: `payout/${request.reference}`,
      taskQueue: this.taskQueue,
      args: [request],
      workflowIdConflictPolicy: 'FAIL',
      // The ledger, not Temporal, keeps a reference unique: it remembers longer than any retention.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: new TypedSearchAttributes([
        { key: PAYOUT_STATUS, value: 'created' },
        { key: PAYOUT_WAITING_FOR, value: 'nothing' },
        { key: PAYOUT_PROVIDER, value: request.provider },
        ...(scheduledAt === undefined ? [] : [{ key: PAYOUT_SCHEDULED_AT, value: new Date(scheduledAt) }]),
      ]),
      ...staticDetailsOf({ ...request, amountMinor: requestedMinor(request), currency: currencyOf(request) }),
    } satisfies WorkflowStartOptions;
  }

  /** With a ledger at hand a conflict is told at once, and not only by a failed workflow. True: it is claimed, for the same. */
  private async expectNoConflict(request: PayoutRequest): Promise<boolean> {
    if (!this.db) return false;
    const claimed = await readRequest(this.db, request.reference);
    const fields = claimed ? differingFields(claimed, request) : [];
    if (fields.length > 0)
      throw new ReferenceConflict(
        `reference ${request.reference} is already claimed with another ${fields.join(', ')}; ` +
          'a reference stands for one payment for ever: choose a new one for another payment',
      );
    return claimed !== undefined;
  }

  /** Asks the running workflow whether it is the same payout. False: it ended meanwhile, so a new start will do. */
  private async join(request: PayoutRequest): Promise<boolean> {
    try {
      const handle = this.client.workflow.getHandle(`payout/${request.reference}`);
      await whileReachable(this.client, () => handle.executeUpdate(joinUpdate, { args: [{ ...request }] }));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw toPayoutsError(error, request.reference);
    }
  }
}
