import type { RawValue } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { DecisionMade } from '../src/payout/facts.js';
import type { Status } from '../src/payout/status.js';
import type { Show } from '../src/payout/show.js';
import { toUnclaimed } from '../src/payout/unclaimed.js';
import type { CancelResult, PayoutInput, View } from '../src/payout/view.js';
import { Alarm } from './alarm.js';
import { cancelAnswer, changeRefusal, counted, nameCancel, nameRefusal } from './answers.js';
import { toCancel, toReschedule, toResolve, toResume } from './decisions.js';
import { currentDetails, nameNext, refusedDetails, type HeardSignal } from './current-details.js';
import * as messages from './messages.js';
import { signalReader } from './read-signal.js';
import { isMoved, searchAttributesOf } from './search-attributes.js';
import { expectShape } from './expect-shape.js';
import { failAsItself } from './fail-as-itself.js';
import { isView } from './is-view.js';
import { ledgerSteps, providerSteps } from './steps.js';

type Steps = ReturnType<typeof providerSteps>;
const STEPS = { submit: 'submit', look_up: 'lookUp', amend: 'amend' } as const;

/** How many of the last signals the page answers. */
const MOST_SIGNALS = 3;
const ANOTHER_DATE = '{"scheduledAt":"2026-12-24T09:00:00Z","by":"…"}';

/** What drives one payout: it takes the steps, waits between them, and hears messages meanwhile. */
export class Carrier {
  view: View | undefined;
  private steps: Steps | undefined;
  private woken: 'submit' | 'look_up' | undefined;
  private shown = '';
  /** Decisions that are being made to count. */
  private deciding = 0;
  /** Started by reference alone: what is decided now counts before the first step. */
  private decidesFirst = false;
  private signals: readonly HeardSignal[] = [];
  private readonly alarm = new Alarm();
  private readonly readSignal = signalReader();
  private readonly input: PayoutInput;

  /** Anybody may start one from the UI, with anything or nothing as its input. */
  constructor(input: PayoutInput | undefined) {
    this.input = Object(input) as PayoutInput;
  }

  /**
   * Claims the reference and pays, or, started by reference alone, carries on.
   * Not async, nor is `take`: the SDK traces every promise of a workflow, and this is the way that every payout walks.
   */
  begin(): Promise<View> {
    const { reference, provider, account = 'default' } = this.input;
    expectShape(this.input);
    this.describe();
    if (provider === undefined) return this.beginByReference();
    this.steps = providerSteps(provider, account);
    return this.steps.submit({ reference, request: this.input }).then(
      (view) => this.see(view),
      (error: unknown) => this.refuse(error),
    );
  }

  private async beginByReference(): Promise<View> {
    const { reference } = this.input;
    const refuse = (error: unknown) => this.refuse(error);
    const { provider, account } = await ledgerSteps.recall({ reference }).catch(refuse);
    this.decidesFirst = patched('decisions-first');
    this.steps = providerSteps(provider, account);
    // Who cancels a payout that nobody carries just now starts its carrier by that: the word counts before anything is paid.
    if (this.decidesFirst) await condition(() => this.deciding === 0);
    return this.see(await this.steps.submit({ reference }).catch(refuse));
  }

  private refuse(error: unknown): never {
    if (error instanceof ActivityFailure && error.cause) setCurrentDetails(refusedDetails(error.cause.message));
    return failAsItself(error);
  }

  /** Waits for what is due: at the instant that the ledger named, or sooner by a message that makes another look worth it. */
  async waitForStep(): Promise<'submit' | 'look_up' | 'amend' | 'end'> {
    this.woken = undefined;
    for (;;) {
      // A newer view, brought by a message, carries its own next step.
      const { view } = this;
      const { next, nowMs } = view as View;
      if (next.do !== 'wait') return next.do;
      await this.alarm.until(
        next.untilMs - nowMs,
        () => this.woken !== undefined || this.view !== view,
        nameNext(next),
      );
      if (this.view === view) return this.woken ?? next.afterwards;
    }
  }

  take(step: 'submit' | 'look_up' | 'amend'): Promise<View> {
    return (this.steps as Steps)[STEPS[step]](this.about()).then((view) => this.see(view));
  }

  listen(): void {
    setHandler(messages.stateQuery, () => this.view ?? unclaimed(this.input), {
      description: 'Where the payout stands, on what evidence, and its history',
    });
    this.hearSignal('cancel', async (message) => nameCancel(await this.cancel(message)), {
      description: 'Cancel, while that is possible. Input: {"by":"…","reason":"…"}, or none',
    });
    this.hearSignal('reschedule', async (message) => counted(await this.change(message)), {
      description: `Pay at another instant, or change description or metadata. Input: ${ANOTHER_DATE}`,
    });
    this.hearSignal('resume', async (message) => counted(await this.resume(message)), {
      description: 'What the payout waited for is mended: try again now. Input: {"by":"…"}, or none',
    });
    setHandler(messages.heard.nudge, () => this.wake('look_up'), {
      description: "Read the provider's records now. No input",
    });
    setHandler(messages.heard.seen, (raw) => this.hear(this.readSignal(raw)), {
      description: 'From the watcher, not from people: where the payout stands by the ledger',
    });
    setHandler(messages.cancelUpdate, (message) => this.cancel(message), {
      description: 'Cancel, and answer canceled, too_late or in_doubt. Input: {"by":"…","reason":"…"}, or none',
    });
    setHandler(messages.rescheduleUpdate, (message) => this.change(message), {
      description: `The same as the signal, and be told why not, if it is too late. Input: ${ANOTHER_DATE}`,
    });
    setHandler(messages.resolveUpdate, (message) => this.resolve(message), {
      description:
        'State whether it was paid, after a look at the provider. Input: {"paid":true,"by":"…","evidence":"…"}; ' +
        '{"paid":false,"payAgain":true,…} pays once more',
    });
    setHandler(messages.joinUpdate, (request) => this.join(request), {
      description: 'From programs that start the same reference again: is it the same payout? Input: the request',
    });
    // Temporal's own Cancel button means the same as `cancel`. It never interrupts a step.
    CancellationScope.current().cancelRequested.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
      return this.answerOnPage('Request Cancellation', async () =>
        nameCancel(await this.cancel({ by: 'the Cancel button of Temporal' })),
      );
    });
  }

  private hearSignal(
    name: 'cancel' | 'reschedule' | 'resume',
    handle: (message: unknown) => Promise<string>,
    options: { description: string },
  ): void {
    setHandler(
      messages.heard[name],
      (raw?: RawValue) => {
        const message = this.readSignal(raw);
        return this.answerOnPage(name, () => handle(message));
      },
      options,
    );
  }

  /** A signal has nobody to tell what came of it, and may not break the workflow: the page says it. */
  private async answerOnPage(name: string, handle: () => Promise<string>): Promise<void> {
    const signal: HeardSignal = { name, answer: 'is being heard' };
    this.signals = [...this.signals, signal].slice(-MOST_SIGNALS);
    this.describe();
    signal.answer = await handle().catch(nameRefusal);
    this.describe();
  }

  private async cancel(message: unknown): Promise<CancelResult> {
    await this.decide(toCancel(message));
    await condition(() => cancelAnswer(this.view as View) !== undefined);
    return cancelAnswer(this.view as View) as CancelResult;
  }

  private async change(message: unknown): Promise<View> {
    const view = await this.decide(toReschedule(message));
    const refusal = changeRefusal(view);
    if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, 'DecisionRefused');
    return view;
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
    this.deciding += 1;
    try {
      await condition(() => this.steps !== undefined);
      if (!this.decidesFirst) await this.begun();
      const decided = (this.steps as Steps).makeDecision({ ...this.about(), decision, messageId });
      return this.see(await decided.catch(failAsItself));
    } finally {
      this.deciding -= 1;
    }
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
  private hear(message: unknown): void {
    if (!isView(message) || message.reference !== this.input.reference) this.wake('look_up');
    else if (this.view !== undefined && message.version > this.view.version) this.see(message);
  }

  private wake(step: 'submit' | 'look_up'): void {
    this.woken = step;
  }

  /** Keeps the newest view, and shows it where people look. */
  private see(view: View): View {
    if (this.view === undefined || view.version > this.view.version || view.nowMs >= this.view.nowMs) this.view = view;
    const shown = this.view;
    const key = `${shown.status} ${shown.waitingFor}`;
    const present = workflowInfo().typedSearchAttributes;
    if (key !== this.shown || (isMoved(shown, present) && patched('a_new_date_is_shown_in_the_list')))
      upsertSearchAttributes(searchAttributesOf(shown, present));
    this.shown = key;
    this.describe();
    return shown;
  }

  private describe(): void {
    const known = this.view ?? unclaimed(this.input);
    if (known) setCurrentDetails(currentDetails(known, this.signals));
  }
}

/** What a payout can be after `--not-paid` only where the provider's records showed it instead. */
const SHOWN: ReadonlySet<Status> = new Set(['created', 'ready', 'pending', 'sent', 'returned']);

/** Before the first step answered. Nothing is known of one that was started by reference alone. */
const unclaimed = (input: PayoutInput): Show | undefined =>
  input.provider === undefined ? undefined : toUnclaimed({ ...input, provider: input.provider });
