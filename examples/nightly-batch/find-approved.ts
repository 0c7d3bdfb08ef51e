import type { PayoutRequest } from 'temporal-payouts';

type Approved = Omit<PayoutRequest, 'account' | 'tipMinor'>;

/**
 * Whom your database says is to be paid. The reference is made of what the payment is for: one that was found last night too is
 * not paid again.
 */
export async function findApproved(): Promise<readonly Approved[]> {
  const approved = ['s1', 's2', 's3'];
  return approved.map((submissionId) => ({
    reference: `study-43/${submissionId}`,
    provider: 'prolific',
    studyId: 'study43',
    submissionId: `study43-${submissionId}`,
    amountMinor: 250,
    currency: 'GBP',
  }));
}
