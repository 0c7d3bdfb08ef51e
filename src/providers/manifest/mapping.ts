import type { Mend, Outcome, RejectionReason, Seen } from '../../payout/outcome.js';
import type { HttpResult } from '../http.js';
import { describeReply, shorten } from './describe-reply.js';
import { errorNote } from './error-note.js';
import { findDifference, type Expected } from './find-difference.js';
import { payoutSchema, type PayoutRow } from './schemas.js';
import { withoutTag } from './user-data.js';

type Refusal = readonly [reason: RejectionReason, mend: Mend];

/** The refusals of the paying call that provably create nothing. What is not named here may have created a payout. */
const REFUSALS: ReadonlyMap<number, Refusal> = new Map<number, Refusal>([
  [400, ['invalid', 'never']],
  [401, ['unauthorized', 'operator']],
  [402, ['payment_required', 'operator']],
  [403, ['forbidden', 'operator']],
  [404, ['not_found', 'never']],
  [422, ['invalid', 'never']],
]);

/** What the paying call did to the money. The status decides; a readable body adds what it shows. `asked`: what the call says. */
export function toOutcome(result: HttpResult, asked?: Expected): Outcome {
  switch (result.kind) {
    case 'unsent':
      return { kind: 'unsent', cause: result.cause };
    case 'lost':
      return { kind: 'ambiguous', cause: result.cause };
    case 'reply': {
      const { status } = result;
      if (status >= 200 && status < 300) return toAccepted(result, asked);
      const refusal = REFUSALS.get(status);
      if (!refusal) return { kind: 'ambiguous', httpStatus: status, cause: toCause(result) };
      const [reason, mend] = refusal;
      return { kind: 'rejected', httpStatus: status, reason, mend, message: describeReply(result) };
    }
    default:
      return result satisfies never;
  }
}

/** A body that shows another payout than the one that was asked for is no sight of it: the records are read instead. */
function toAccepted({ status, json }: HttpResult & { kind: 'reply' }, asked: Expected | undefined): Outcome {
  const payout = payoutSchema.safeParse(json).data;
  if (!payout) return { kind: 'accepted', httpStatus: status, note: 'the body of the reply could not be read' };
  const difference = asked && findDifference(payout, asked);
  return difference === undefined
    ? { kind: 'accepted', httpStatus: status, seen: toSeen(payout) }
    : { kind: 'accepted', httpStatus: status, note: `the reply shows another payout: ${difference}` };
}

function toCause(result: HttpResult & { kind: 'reply' }): string {
  const said = describeReply(result);
  return result.status === 409 ? shorten(`the idempotency key was used with another body; ${said}`) : said;
}

/** Their statuses are ours. What is not named here is none of ours. */
const STATUSES: ReadonlyMap<string, Seen['status']> = new Map(
  Object.entries({
    created: 'created',
    ready: 'ready',
    pending: 'pending',
    sent: 'sent',
    error: 'error',
    returned: 'returned',
    canceled: 'canceled',
  } satisfies Record<Seen['status'], Seen['status']>),
);

/** A row in our words. A status that we do not know is never an ending. */
export function toSeen(payout: PayoutRow): Seen {
  const { id, type, status, date } = payout;
  const known = STATUSES.get(status ?? '');
  const amountMinor = Number.isSafeInteger(payout.amountMinor) ? payout.amountMinor : undefined;
  const note = known === undefined ? unknownStatusNote(status) : errorNote(payout);
  return {
    status: known ?? 'pending',
    providerReference: id,
    ...(amountMinor === undefined ? {} : { amountMinor }),
    // Anything but a transfer inside Manifest goes through a bank, which may send it back.
    mayReturn: type !== 'direct',
    ...(date === undefined ? {} : { date }),
    ...(note === undefined ? {} : { note }),
  };
}

const unknownStatusNote = (status: string | undefined): string =>
  status === undefined ? 'Manifest shows no status' : shorten(`Manifest shows a status we do not know: "${status}"`);

/** What can be changed of it later. Data without our tag tells nothing: it may be that only this row leaves it out. */
export const toKept = ({ description, userData }: PayoutRow): Pick<Seen, 'description' | 'metadata'> => ({
  ...(description === undefined ? {} : { description }),
  ...(userData === undefined ? {} : { metadata: withoutTag(userData) }),
});

/** Who can mend it that a change was refused; nothing where it was taken, or where nobody can tell. */
export const mendOf = (result: HttpResult): Mend | undefined =>
  result.kind === 'reply' ? REFUSALS.get(result.status)?.[1] : undefined;

/** Why a read brought nothing. A read moves no money and may be repeated at any time. */
export function unreadable(result: HttpResult) {
  if (result.kind !== 'reply')
    return { waitingFor: 'provider', because: `no answer from Manifest: ${result.cause}` } as const;
  const isMendable = result.status === 401 || result.status === 402 || result.status === 403;
  return { waitingFor: isMendable ? 'operator' : 'provider', because: describeReply(result) } as const;
}
