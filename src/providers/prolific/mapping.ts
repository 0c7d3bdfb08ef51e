import type { Mend, Outcome, RejectionReason } from '../../payout/outcome.js';
import type { HttpResult } from '../http.js';
import type { Refused, Unready } from '../provider.js';
import { describeRefusal, shorten } from './error-detail.js';

type Reply = Extract<HttpResult, { kind: 'reply' }>;
type Refusal = readonly [reason: RejectionReason, mend: Mend];

/** The refusals of the paying call that provably pay nothing. What is not named here may have paid. */
const PAY_REFUSALS: ReadonlyMap<number, Refusal> = new Map<number, Refusal>([
  [400, ['invalid', 'never']],
  [401, ['unauthorized', 'operator']],
  [402, ['payment_required', 'operator']],
  [403, ['forbidden', 'operator']],
  [404, ['not_found', 'never']],
  [405, ['invalid', 'never']],
  [422, ['invalid', 'never']],
  [429, ['rate_limited', 'later']],
]);

/** What the paying call did to the money. A repeat pays again, so a doubt stays a doubt. */
export function toPayOutcome(result: HttpResult): Outcome {
  switch (result.kind) {
    case 'unsent':
      return { kind: 'unsent', cause: result.cause };
    case 'lost':
      return { kind: 'ambiguous', cause: result.cause };
    case 'reply':
      return toReplyOutcome(result);
    default:
      return result satisfies never;
  }
}

function toReplyOutcome(reply: Reply): Outcome {
  const { status } = reply;
  // The body is a bare sentence that has changed over the years: the status decides.
  if (isSuccess(status)) {
    const note = describeRefusal(reply);
    return { kind: 'accepted', httpStatus: status, ...(note === '' ? {} : { note }) };
  }
  const refusal = PAY_REFUSALS.get(status);
  if (!refusal) return { kind: 'ambiguous', cause: answerInWords(reply), httpStatus: status };
  const [reason, mend] = refusal;
  return { kind: 'rejected', httpStatus: status, reason, mend, message: answerInWords(reply) };
}

/** The reply of a call that moves no money: a read, or the set-up, which leaves at worst a bulk that nobody pays. */
export type Answer<T = unknown> = { readonly kind: 'answered'; readonly value: T } | Refused | Unready;

/** What the reply of a read or of the set-up allows. These may be repeated at any time. */
export function toAnswer(result: HttpResult, what: string): Answer {
  if (result.kind !== 'reply') return unready('provider', `${what}: no answer from Prolific (${result.cause})`);
  if (isSuccess(result.status)) return { kind: 'answered', value: result.json };
  const message = `${what}: ${answerInWords(result)}`;
  switch (result.status) {
    case 401:
    case 402:
    case 403:
      return unready('operator', message);
    case 400:
    case 404:
    case 422:
      return { kind: 'refused', message };
    default:
      return unready('provider', message);
  }
}

export const unready = (waitingFor: Unready['waitingFor'], message: string): Unready => ({
  kind: 'unready',
  waitingFor,
  message,
});

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

function answerInWords(reply: Reply): string {
  const detail = describeRefusal(reply);
  return shorten(`Prolific answered ${reply.status}${detail === '' ? '' : `: ${detail}`}`);
}
