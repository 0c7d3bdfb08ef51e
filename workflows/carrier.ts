import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { DecisionMade } from '../src/payout/facts.js';
import { PROVIDER_NAMES } from '../src/payout/request.js';
import { isEnding, type Status } from '../src/payout/status.js';
import type { Show } from '../src/payout/show.js';
import { toUnclaimed } from '../src/payout/unclaimed.js';
import type { CancelResult, PayoutInput, View } from '../src/payout/view.js';
import { Alarm } from './alarm.js';
import { toCancel, toReschedule, toResolve, toResume } from './decisions.js';
import { describe } from './describe.js';
import * as messages from './messages.js';
import { searchAttributesOf } from './search-attributes.js';
import { ledgerSteps, providerSteps } from './steps.js';

type Steps = ReturnType<typeof providerSteps>;
const STEPS = { submit: 'submit', look_up: 'lookUp', amend: 'amend' } as const;

/** What drives one payout: it takes the steps, waits between them, and hears messages meanwhile. */
export class Carrier {
  view: View | undefined;
  private steps: Steps | undefined;
  private woken: 'submit' | 'look_up' | undefined;
  private shown = '';
  private readonly alarm = new Alarm();

  constructor(private readonly input: PayoutInput) {}

  /**
   * Claims the reference and pays, or, started by reference alone, carries on.
   * Not async, nor is `take`: the SDK traces every promise of a workflow, and this is the way that every payout walks.
   */
  begin(): Promise<View> {
    const { reference, provider, account = 'default' } = this.input;
    expectShape(this.input);
    if (provider === undefined) return this.beginByReference();
    this.steps = providerSteps(provider, account);
    return this.steps.submit({ reference, request: this.input }).then((view) => this.see(view), failAsItself);
  }

  private async beginByReference(): Promise<View> {
    const { reference } = this.input;
    const { provider, account } = await ledgerSteps.recall({ reference }).catch(failAsItself);
    this.steps = providerSteps(provider, account);
    return this.see(await this.steps.submit({ reference }).catch(failAsItself));
  }

  /** Waits for what is due: at the instant that the ledger named, or sooner by a message that makes another look worth it. */
  async waitForStep(): Promise<'submit' | 'look_up' | 'amend' | 'end'> {
    this.woken = undefined;
    for (;;) {
      // A newer view, brought by a message, carries its own next step.
      const { view } = this;
      const { next, nowMs } = view as View;
      if (next.do !== 'wait') return next.do;
      await this.alarm.until(next.untilMs - nowMs, () => this.woken !== undefined || this.view !== view);
      if (this.view === view) return this.woken ?? next.afterwards;
    }
  }

  take(step: 'submit' | 'look_up' | 'amend'): Promise<View> {
    return (this.steps as Steps)[STEPS[step]](this.about()).then((view) => this.see(view));
  }

  listen(): void {
    setHandler(messages.stateQuery, () => this.view ?? unclaimed(this.input), {
      description: 'Where the payout stands',
    });
    setHandler(messages.nudgeSignal, () => this.wake('look_up'), { description: 'Look at the provider now' });
    setHandler(messages.seenSignal, (view) => this.hear(view), {
      description: 'The watcher tells where it stands by the ledger',
    });
    setHandler(messages.cancelSignal, (message) => heard(() => this.cancel(message)), {
      description: 'Cancel, while that is possible: {"by":"…","reason":"…"}',
    });
    setHandler(messages.rescheduleSignal, (message) => heard(() => this.decide(toReschedule(message))), {
      description: 'Pay at another instant: {"scheduledAt":"2026-12-24T09:00:00Z"}',
    });
    setHandler(messages.resumeSignal, (message) => heard(() => this.resume(message)), {
      description: 'The operator has mended it: try again now. {"by":"…"}',
    });
    setHandler(messages.cancelUpdate, (message) => answered(() => this.cancel(message)), {
      description: 'Cancel, and answer canceled, too_late or in_doubt: {"by":"…","reason":"…"}',
    });
    setHandler(messages.rescheduleUpdate, (message) => answered(() => this.decide(toReschedule(message))), {
      description: 'Pay at another instant, or be told that it is too late: {"scheduledAt":"2026-12-24T09:00:00Z"}',
    });
    setHandler(messages.resolveUpdate, (message) => answered(() => this.resolve(message)), {
      description: 'State whether it was paid: {"paid":true,"by":"…","evidence":"…"}',
    });
    setHandler(messages.joinUpdate, (request) => answered(() => this.join(request)), {
      description: 'A second start of the same reference: is it the same payout?',
    });
    // Temporal's own Cancel button means the same as `cancel`. It never interrupts a step.
    CancellationScope.current().cancelRequested.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
      return heard(() => this.cancel({ by: 'the Cancel button of Temporal' }));
    });
  }

  private async cancel(message: unknown): Promise<CancelResult> {
    await this.decide(toCancel(message));
    await condition(() => cancelAnswer(this.view as View) !== undefined);
    return cancelAnswer(this.view as View) as CancelResult;
  }

  private async resume(message: unknown): Promise<View> {
    const view = await this.decide(toResume(message));
    this.wake(view.status === 'created' || view.status === 'ready' ? 'submit' : 'look_up');
    return view;
  }

  private async resolve(message: unknown): Promise<View> {
    const word = toResolve(message);
    const view = await this.decide(word);
    if (!word.paid && SHOWN.has(view.status)) {
      const seen = `the provider's records show the payment, so it is ${view.status}: ${view.evidence}`;
      throw ApplicationFailure.nonRetryable(seen, 'DecisionRefused');
    }
    return view;
  }

  private async join(request: PayoutInput): Promise<View> {
    await this.begun();
    await ledgerSteps.compare({ reference: this.input.reference, request }).catch(failAsItself);
    return this.view as View;
  }

  /** Makes a decision count in the ledger; a step that is under way reads it there. */
  private async decide(decision: DecisionMade): Promise<View> {
    const messageId = uuid4();
    await this.begun();
    const decided = (this.steps as Steps).makeDecision({ ...this.about(), decision, messageId });
    return this.see(await decided.catch(failAsItself));
  }

  /** Returns nothing: a proxy of activities that is returned from an async function would be asked for an activity `then`. */
  private async begun(): Promise<void> {
    await condition(() => this.steps !== undefined && this.view !== undefined);
  }

  private about() {
    const { reference } = this.input;
    return this.view === undefined ? { reference } : { reference, ledgerId: this.view.ledgerId };
  }

  /** A message of any other form, which a person may have typed, is a reason to look and nothing more. */
  private hear(view: View): void {
    if (view?.reference !== this.input.reference || typeof view.version !== 'number' || !view.next)
      this.wake('look_up');
    else if (this.view !== undefined && view.version > this.view.version) this.see(view);
  }

  private wake(step: 'submit' | 'look_up'): void {
    this.woken = step;
  }

  /** Keeps the newest view, and shows it where people look. */
  private see(view: View): View {
    if (this.view === undefined || view.version > this.view.version || view.nowMs >= this.view.nowMs) this.view = view;
    const shown = this.view;
    const key = `${shown.status} ${shown.waitingFor}`;
    if (key !== this.shown) upsertSearchAttributes(searchAttributesOf(shown, workflowInfo().typedSearchAttributes));
    this.shown = key;
    setCurrentDetails(describe(shown));
    return shown;
  }
}

/** What a payout can be after `--not-paid` only where the provider's records showed it instead. */
const SHOWN: ReadonlySet<Status> = new Set(['created', 'ready', 'pending', 'sent', 'returned']);

/** Before the first step answered. Nothing is known of one that was started by reference alone. */
const unclaimed = (input: PayoutInput): Show | undefined =>
  input.provider === undefined ? undefined : toUnclaimed({ ...input, provider: input.provider });

/** Whether a cancel has come to an end, and to which. */
function cancelAnswer({ status, next }: View): CancelResult | undefined {
  if (status === 'canceled') return { result: 'canceled', status };
  if (status === 'in_doubt') return { result: 'in_doubt', status };
  if (status === 'pending' || isEnding(status)) return { result: 'too_late', status };
  return next.do === 'end' ? { result: 'too_late', status } : undefined;
}

/** The shape that routing needs; the step checks the rest by the provider's schema. */
function expectShape({ reference, provider, account }: PayoutInput): void {
  const wrong =
    typeof reference !== 'string' || workflowInfo().workflowId !== `payout/${reference}`
      ? `reference: the workflow's id has to be payout/<reference>, it is ${workflowInfo().workflowId}`
      : provider !== undefined && !PROVIDER_NAMES.some((name) => name === provider)
        ? `provider: has to be one of ${PROVIDER_NAMES.join(', ')}`
        : account !== undefined && !(typeof account === 'string' && /^[a-z0-9_]{1,32}$/.test(account))
          ? 'account: has to match [a-z0-9_]{1,32}'
          : undefined;
  if (wrong !== undefined) throw ApplicationFailure.nonRetryable(wrong, 'InvalidRequest');
}

/** A refused start or decision fails with its own type, not with the step's. */
function failAsItself(error: unknown): never {
  throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
}

/** Messages are heard to their end, also after Temporal's Cancel, which would end every step that a handler takes. */
const answered = <T>(handle: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(handle);

/** A signal has nobody to tell that it was refused, and may not break the workflow: the ledger's state says it. */
const heard = async (handle: () => Promise<unknown>): Promise<void> => {
  await answered(handle).catch(ignoreRefusal);
};

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ApplicationFailure)) throw error;
}
