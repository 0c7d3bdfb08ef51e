import type { ProlificRequest } from '../../payout/request.js';
import type { LookUpQuery, Sighting } from '../provider.js';
import { countGrowth } from './amounts.js';
import type { ProlificApi } from './api.js';
import { shorten } from './error-detail.js';
import { snapshotSchema, type BonusSnapshot } from './schemas.js';

/**
 * Compares the submission's bonuses with the snapshot from before the paying call. A growth shows that a bonus of this amount was
 * paid; who caused it cannot be told. No growth proves nothing: Prolific pays later, and keeps no record of a bulk.
 */
export async function lookUp(
  api: ProlificApi,
  { request, snapshot, providerReference }: LookUpQuery<ProlificRequest>,
): Promise<Sighting> {
  const before = snapshotSchema.safeParse(snapshot);
  if (!before.success) return absent('there is no snapshot of bonus_payments to compare with');
  const { submissionId } = before.data;

  const answer = await api.readSubmission(submissionId);
  if (answer.kind === 'refused') return unreadable('provider', answer.message);
  if (answer.kind === 'unready') return unreadable(answer.waitingFor, answer.message);
  const submission = answer.value;
  if (submission.id !== submissionId) {
    return unreadable('provider', shorten(`submission ${submissionId}: Prolific answered with ${submission.id}`));
  }

  return judgeGrowth(request, before.data, submission.bonus_payments ?? [], providerReference);
}

/** A growth by this amount shows the payment. None proves nothing. */
export function judgeGrowth(
  { amountMinor }: ProlificRequest,
  { submissionId, bonusPayments }: BonusSnapshot,
  now: readonly number[],
  providerReference: string | undefined,
): Sighting {
  const growth = countGrowth(bonusPayments, now, amountMinor);
  const where = `bonus_payments of submission ${submissionId}`;
  if (growth <= 0) return absent(`${where} shows no new payment of ${amountMinor} since the snapshot`);
  const times = growth === 1 ? '' : `, ${growth} times`;
  return {
    kind: 'present',
    seen: {
      status: 'sent',
      amountMinor,
      ...(providerReference === undefined ? {} : { providerReference }),
      ...(growth > 1 ? { times: growth } : {}),
    },
    because: `${where} grew by ${amountMinor} since the snapshot${times}`,
  };
}

const absent = (because: string): Sighting => ({ kind: 'absent', proven: false, because });

const unreadable = (waitingFor: 'operator' | 'provider', because: string): Sighting => ({
  kind: 'unreadable',
  waitingFor,
  because,
});
