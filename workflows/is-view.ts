import { STATUSES, WAITS } from '../src/payout/status.js';
import type { View } from '../src/payout/view.js';

/** Whether a message has the form of a view. Anybody may send anything under the name of the watcher. */
export function isView(message: unknown): message is View {
  if (!isRecord(message)) return false;
  const { status, waitingFor, exchanges, history, next } = message;
  return (
    ['reference', 'provider', 'account', 'evidence', 'currency', 'ledgerId'].every((name) => isText(message[name])) &&
    ['version', 'nowMs'].every((name) => isNumber(message[name])) &&
    ['providerReference', 'scheduledAt', 'cancelableUntil'].every((name) => isNothingOr(isText, message[name])) &&
    isNothingOr(isNumber, message['amountMinor']) &&
    STATUSES.some((known) => known === status) &&
    WAITS.some((known) => known === waitingFor) &&
    isListOf(exchanges, ({ at, outcome }) => isText(at) && isText(outcome)) &&
    isListOf(history, ({ at, evidence }) => isText(at) && isText(evidence)) &&
    isRecord(next) &&
    isNext(next)
  );
}

const STEPS: readonly unknown[] = ['submit', 'look_up', 'amend'];

function isNext({ do: step, untilMs, afterwards, lookAgainAtMs }: Readonly<Record<string, unknown>>): boolean {
  if (step === 'wait') return isNumber(untilMs) && STEPS.includes(afterwards);
  if (step === 'end') return lookAgainAtMs === undefined || isNumber(lookAgainAtMs);
  return STEPS.includes(step);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => Number.isSafeInteger(value);
const isNothingOr = (is: (value: unknown) => boolean, value: unknown): boolean => value === null || is(value);
const isListOf = (value: unknown, is: (one: Readonly<Record<string, unknown>>) => boolean): boolean =>
  Array.isArray(value) && value.every((one) => isRecord(one) && is(one));
