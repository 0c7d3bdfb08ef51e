import type { Mend, Outcome, RejectionReason } from '../../payout/outcome.js';
import type { HttpResult } from '../http.js';
import type { Refused, Unready } from '../provider.js';
import { describeReply } from './describe-reply.js';

type Refusal = readonly [reason: RejectionReason, mend: Mend];

/** The refusals of the paying call that provably pay nothing. What is not named here, 409 and 408 above all, may have paid. */
const REFUSALS: ReadonlyMap<number, Refusal> = new Map<number, Refusal>([
  [400, ['invalid', 'never']],
  [401, ['unauthorized', 'operator']],
  [402, ['payment_required', 'operator']],
  [403, ['forbidden', 'operator']],
  [404, ['not_found', 'never']],
  [422, ['invalid', 'never']],
  [429, ['rate_limited', 'later']],
]);

/** What the paying call did to the money. The documented 201 has no body, so none is asked for: the status decides. */
export function toOutcome(result: HttpResult): Outcome {
  switch (result.kind) {
    case 'unsent':
      return { kind: 'unsent', cause: result.cause };
    case 'lost':
      return { kind: 'ambiguous', cause: result.cause };
    case 'reply': {
      const { status } = result;
      if (status >= 200 && status < 300) return { kind: 'accepted', httpStatus: status };
      const refusal = REFUSALS.get(status);
      if (!refusal) return { kind: 'ambiguous', httpStatus: status, cause: describeReply(result) };
      const [reason, mend] = refusal;
      return { kind: 'rejected', httpStatus: status, reason, mend, message: describeReply(result) };
    }
    default:
      return result satisfies never;
  }
}

/** What a read gave. It moves no money and may be repeated at any time. */
export type Read = { readonly kind: 'read'; readonly json: unknown } | Refused | Unready;

/** What the reply of a read means. `what` names what was read. */
export function toRead(result: HttpResult, what: string): Read {
  if (result.kind !== 'reply') return unready('provider', `${what}: no answer from Respondent (${result.cause})`);
  const message = `${what}: ${describeReply(result)}`;
  switch (result.status) {
    case 200:
      return result.json === undefined
        ? unready('provider', `${what}: Respondent's answer is no JSON`)
        : { kind: 'read', json: result.json };
    case 401:
    case 403:
      return unready('operator', message);
    case 404:
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
