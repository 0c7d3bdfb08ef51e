import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { TerminatedFailure, TimeoutFailure, type UpdateDefinition } from '@temporalio/common';
import type { Kysely } from 'kysely';
import { readShow } from '../ledger/read.js';
import { NotFound } from '../payout/errors.js';
import type { Show } from '../payout/show.js';
import type { CancelResult, View } from '../payout/view.js';
import * as messages from '../../workflows/messages.js';
import { carriedOnDetails } from '../../workflows/static-details.js';
import { toPayoutsError } from './to-payouts-error.js';
import { whileReachable } from './while-reachable.js';

interface HandleContext {
  readonly client: Client;
  readonly taskQueue: string;
  readonly db: Kysely<unknown> | undefined;
}

const RECALL_TRIES = 50;
const RECALL_PAUSE_MS = 100;

/** One payout, by its reference. Works whoever started it, and also when its workflow is long gone: the ledger remembers. */
export class PayoutHandle {
  constructor(
    private readonly context: HandleContext,
    readonly reference: string,
    /** The run that this very handle was made for by `start`: what it was refused for is its caller's to know. */
    private readonly startedRunId?: string,
  ) {}

  get workflowId(): string {
    return `payout/${this.reference}`;
  }

  /** Where it stands now. Throws `NotFound`. */
  async status(): Promise<Show> {
    const { db } = this.context;
    if (db) {
      const show = await readShow(db, this.reference);
      if (show) return show;
      // Started a moment ago: its claim may not be written yet.
    }
    return this.ask();
  }

  /**
   * Waits for its end: `sent`, `error`, `returned` or `canceled`. One that is `sent` may still come back while its `waitingFor` is
   * `provider`: `status()` tells then.
   */
  async result(): Promise<Show> {
    try {
      return toShow((await this.workflow(this.startedRunId).result()) as View);
    } catch (error) {
      const isAnothersRefusal = this.startedRunId === undefined && isRefusedStart(error);
      if (!isGone(error) && !isCutOff(error) && !isAnothersRefusal) throw toPayoutsError(error, this.reference);
    }
    try {
      return toShow((await (await this.carryOn()).result()) as View);
    } catch (error) {
      throw toPayoutsError(error, this.reference);
    }
  }

  /** Cancels where that is possible, and tells the truth about it. */
  cancel(message: messages.CancelMessage = {}): Promise<CancelResult> {
    return this.update(messages.cancelUpdate, [message]);
  }

  /** Pays at another instant. Throws `DecisionRefused` when it is too late. */
  reschedule(message: messages.RescheduleMessage): Promise<Show> {
    return this.change(message);
  }

  /**
   * Changes the date, the description, the metadata, or several of them at once. What the reference was claimed with stays its
   * content. Throws `DecisionRefused` when it is too late, `InvalidRequest` naming the field where the provider takes no such thing.
   */
  async change(message: messages.ChangeMessage): Promise<Show> {
    return toShow(await this.update(messages.rescheduleUpdate, [message]));
  }

  /** States whether it was paid. Throws `DecisionRefused` before that could be known, or when the records show otherwise. */
  async resolve(message: messages.ResolveMessage): Promise<Show> {
    return toShow(await this.update(messages.resolveUpdate, [message]));
  }

  /** The operator has mended what it waits for: it tries again now. */
  async resume(message: messages.ResumeMessage = {}): Promise<void> {
    const { client } = this.context;
    try {
      await whileReachable(client, () =>
        client.workflow.signalWithStart('payout', {
          ...this.carrierOptions(),
          signal: messages.resumeSignal,
          signalArgs: [message],
        }),
      );
    } catch (error) {
      throw toPayoutsError(error, this.reference);
    }
  }

  private workflow(runId?: string): WorkflowHandle {
    return this.context.client.workflow.getHandle(this.workflowId, runId);
  }

  /** Asks the workflow; one that was refused does not answer for the reference. */
  private async ask(): Promise<Show> {
    try {
      if (!(await this.canAnswer())) await this.carryOn();
      // One that was started by reference alone knows nothing before its first step has answered.
      for (let tries = 0; tries < RECALL_TRIES; tries += 1) {
        const view = await this.workflow().query(messages.stateQuery);
        if (view) return toShow(view);
        if (!(await this.canAnswer())) break;
        await sleep(RECALL_PAUSE_MS);
      }
      throw new NotFound(this.reference);
    } catch (error) {
      throw toPayoutsError(error, this.reference);
    }
  }

  private async canAnswer(): Promise<boolean> {
    try {
      const { status } = await this.workflow().describe();
      return status.name === 'RUNNING' || status.name === 'COMPLETED';
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  /** Starts a carrier by reference alone: it recalls the request from the ledger. */
  private carryOn(): Promise<WorkflowHandle> {
    return this.context.client.workflow.start('payout', this.carrierOptions());
  }

  private carrierOptions() {
    return {
      workflowId: this.workflowId,
      taskQueue: this.context.taskQueue,
      args: [{ reference: this.reference }] as [{ reference: string }],
      ...carriedOnDetails(this.reference),
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    } as const;
  }

  /** Sends an update to the carrier, starting one where none is running. */
  private async update<Result, Args extends [unknown?]>(
    definition: UpdateDefinition<Result, Args>,
    args: Args,
  ): Promise<Result> {
    const { client } = this.context;
    await this.expectKnown();
    try {
      const startWorkflowOperation = new WithStartWorkflowOperation('payout', this.carrierOptions());
      return await whileReachable(client, () =>
        client.workflow.executeUpdateWithStart(definition as unknown as UpdateDefinition<Result, [unknown]>, {
          args: args as unknown as [unknown],
          updateId: randomUUID(),
          startWorkflowOperation,
        }),
      );
    } catch (error) {
      throw toPayoutsError(error, this.reference);
    }
  }

  /** With a ledger at hand, a reference that nobody claimed starts nothing. */
  private async expectKnown(): Promise<void> {
    const { db } = this.context;
    if (!db || (await readShow(db, this.reference))) return;
    const description = await this.workflow()
      .describe()
      .catch((error: unknown) => {
        if (!isGone(error)) throw toPayoutsError(error, this.reference);
        return undefined;
      });
    if (description?.status.name !== 'RUNNING') throw new NotFound(this.reference);
  }
}

const isGone = (error: unknown): boolean => error instanceof WorkflowNotFoundError;

/** Somebody ended the workflow, which says nothing about the payout. */
const isCutOff = (error: unknown): boolean =>
  error instanceof WorkflowFailedError &&
  (error.cause instanceof TerminatedFailure || error.cause instanceof TimeoutFailure);

/** A start with other content failed; it says nothing about the payout that has the reference. */
const isRefusedStart = (error: unknown): boolean => {
  if (!(error instanceof WorkflowFailedError)) return false;
  const mapped = toPayoutsError(error, '');
  return mapped instanceof Error && 'code' in mapped && mapped.code === 'ReferenceConflict';
};

/** What only the workflow needs is left out. */
function toShow({
  next: _next,
  nowMs: _nowMs,
  version: _version,
  ledgerId: _ledgerId,
  ...show
}: Show & Partial<View>): Show {
  return show;
}
