import type { Mend, Outcome, RejectionReason, Seen } from '../../payout/outcome.js';
import type { HttpResult } from '../http.js';
import { payoutSchema, refusalSchema, type PayoutRow } from './schemas.js';

type Refusal = readonly [reason: RejectionReason, mend: Mend];

/**
 * The refusals of the paying call that provably create nothing. What is not named here may have created a payout: 409 above
 * all, which says that the key was used with another body.
 */
const REFUSALS: ReadonlyMap<number, Refusal> = new Map<number, Refusal>([
  [400, ['invalid', 'never']],
  [401, ['unauthorized', 'operator']],
  [402, ['payment_required', 'operator']],
  [403, ['forbidden', 'operator']],
  [404, ['not_found', 'never']],
  [422, ['invalid', 'never']],
]);

/** What the paying call did to the money. The status decides; a readable body adds what it shows. */
export function toOutcome(result: HttpResult): Outcome {
  switch (result.kind) {
    case 'unsent':
      return { kind: 'unsent', cause: result.cause };
    case 'lost':
      return { kind: 'ambiguous', cause: result.cause };
    case 'reply': {
      const { status } = result;
      if (status >= 200 && status < 300) return accepted(result);
      const refusal = REFUSALS.get(status);
      if (!refusal) return { kind: 'ambiguous', httpStatus: status, cause: describeReply(result) };
      const [reason, mend] = refusal;
      return { kind: 'rejected', httpStatus: status, reason, mend, message: describeReply(result) };
    }
    default:
      return result satisfies never;
  }
}

function accepted({ status, json }: HttpResult & { kind: 'reply' }): Outcome {
  const payout = payoutSchema.safeParse(json);
  return payout.success
    ? { kind: 'accepted', httpStatus: status, seen: toSeen(payout.data) }
    : { kind: 'accepted', httpStatus: status, note: 'its body could not be read' };
}

const STATUSES: ReadonlySet<string> = new Set(['created', 'ready', 'pending', 'sent', 'error', 'returned', 'canceled']);
const isKnown = (status: string | undefined): status is Seen['status'] => status !== undefined && STATUSES.has(status);

/** A row in our words. A status that we do not know is never an ending. */
export function toSeen({ id, status, type, amountMinor, date, activity }: PayoutRow): Seen {
  const note = isKnown(status) ? noteOf(status, activity) : `Manifest says ${JSON.stringify(status ?? null)}, a status we do not know`;
  return {
    status: isKnown(status) ? status : 'pending',
    providerReference: id,
    ...(amountMinor === undefined ? {} : { amountMinor }),
    // Anything but a transfer inside Manifest goes through a bank, which may send it back.
    mayReturn: type !== 'direct',
    ...(date === undefined ? {} : { date }),
    ...(note === undefined ? {} : { note }),
  };
}

/** Why it failed stands in the activity log, whose shape is not documented. */
function noteOf(status: string, activity: readonly unknown[] | undefined): string | undefined {
  if (status !== 'error' && status !== 'returned') return undefined;
  const last = activity?.at(-1);
  const message = typeof last === 'object' && last !== null && 'message' in last ? last.message : undefined;
  return typeof message === 'string' ? message.slice(0, 200) : undefined;
}

/** Why a read brought nothing. A read moves no money and may be repeated at any time. */
export function unreadable(result: HttpResult): { readonly waitingFor: 'operator' | 'provider'; readonly because: string } {
  if (result.kind !== 'reply') return { waitingFor: 'provider', because: `no answer from Manifest (${result.cause})` };
  const mendable = result.status === 401 || result.status === 402 || result.status === 403;
  return { waitingFor: mendable ? 'operator' : 'provider', because: describeReply(result) };
}

const LONGEST_MESSAGE = 300;

/** One line for a person: the status, and what Manifest said. */
export function describeReply({ status, json }: HttpResult & { kind: 'reply' }): string {
  const refusal = refusalSchema.safeParse(json).data;
  const words = [refusal?.message, ...(refusal?.details ?? []).map(({ message }) => message)].filter(Boolean).join(' ');
  const line = words === '' ? `Manifest answered ${status}` : `Manifest answered ${status}: ${words.replace(/\s+/g, ' ')}`;
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE - 1)}…`;
}
