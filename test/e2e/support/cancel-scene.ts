import { setTimeout as sleep } from 'node:timers/promises';
import type { PayoutHandle } from '../../../src/client/payout-handle.js';
import type { Show } from '../../../src/payout/show.js';
import type { FaultInput, FaultSpec } from '../../../src/sandbox/fault-spec.js';
import { PAYING_ROUTES, type ProviderName, type REQUESTS } from '../../support/requests.js';
import type { TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';
import { aboutOf } from '../../faults/support/about.js';

export type AnyRequest = ReturnType<(typeof REQUESTS)[ProviderName]>;

/** A payout at the moment at which it is canceled. */
export interface Moment {
  readonly stack: TestStack;
  readonly request: AnyRequest;
  readonly handle: PayoutHandle;
  /** What every further call about it holds, for faults. */
  readonly about: string;
  /** What goes wrong with the paying call. */
  readonly fault: FaultSpec | undefined;
}

/** Cancels in one way or another. The text says what was answered. */
export type Cancel = (moment: Moment) => Promise<string>;

/** Brings a payout to some moment and cancels it there. */
export type Scene = (stack: TestStack) => Promise<{ readonly request: AnyRequest; readonly answer: string }>;

export interface SceneOptions {
  readonly make: () => AnyRequest;
  /** What goes wrong with the paying call. */
  readonly payFault?: Omit<FaultInput, 'provider' | 'route' | 'about'>;
  /** What the ledger says when the cancel comes, or another way to know that it is time. */
  readonly reached: Partial<Show> | ((moment: Moment) => Promise<unknown>);
  readonly cancel: Cancel;
}

export const scene =
  ({ make, payFault, reached, cancel }: SceneOptions): Scene =>
  async (stack) => {
    const request = make();
    const { provider } = request;
    const about = aboutOf(request);
    const route = PAYING_ROUTES[provider];
    const fault = payFault && stack.sandbox.faults.add({ provider, route, about, ...payFault });
    const moment: Moment = { stack, request, about, fault, handle: await stack.payouts.start(request) };
    if (typeof reached === 'function') {
      await reached(moment);
      return { request, answer: await cancel(moment) };
    }
    const { providerReference } = await stack.until(request.reference, reached);
    return { request, answer: await cancel({ ...moment, about: providerReference ?? about }) };
  };

/** The paying call has arrived, and is not answered yet. */
export const duringTheCall = ({ stack, about }: Moment): Promise<unknown> =>
  until(
    () => stack.sandbox.faults.list(),
    (left) => !left.some((fault) => fault.about === about),
  );

/** So many milliseconds before its date. */
export const beforeItsDate =
  (ms: number) =>
  async ({ request }: Moment): Promise<void> =>
    sleep(Math.max(0, Date.parse(request.scheduledAt as string) - ms - Date.now()));

export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
export const HOUR_MS = 3_600_000;
