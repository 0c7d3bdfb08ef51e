import type { RespondentRequest } from '../../payout/request.js';
import type { LookUpQuery, Seen, Sighting } from '../provider.js';
import type { RespondentApi } from './api.js';
import { readCounts, type CountsRead } from './read-counts.js';
import { snapshotSchema } from './schemas.js';

/**
 * Reads how often the screener response was paid. Respondent's payments have no id: `present` means that the n-th payment is
 * there; who caused it cannot be told.
 */
export async function lookUp(
  api: RespondentApi,
  { request, snapshot }: LookUpQuery<RespondentRequest>,
): Promise<Sighting> {
  const { payoutCount, screenerResponseId } = request;
  const counts = await readCounts(api, request);
  if (counts.kind === 'unready') return unreadable(counts.waitingFor, counts.message);
  // A project that was there when we paid is gone: that says nothing about the money.
  if (counts.kind === 'refused') return unreadable('provider', counts.message);

  const shows = `Respondent counts ${counts.count} for screener response ${screenerResponseId}`;
  const before = snapshotSchema.safeParse(snapshot).data?.count;
  if (counts.count >= payoutCount) {
    // Nobody else of ours pays while this one is open: what goes beyond the n-th was made by somebody else, or twice.
    const times = counts.count - Math.max(payoutCount - 1, before ?? counts.count - 1);
    const twice = times > 1 ? `, ${times} times` : '';
    const seen = { ...toSeen(counts, request), ...(times > 1 ? { times } : {}) };
    return { kind: 'present', seen, because: `${shows}: payment ${payoutCount} is made${twice}` };
  }
  if (before !== undefined && counts.count < before) {
    return {
      kind: 'absent',
      proven: false,
      because: `${shows}, and ${before} before the call: the records are not whole`,
    };
  }
  const because = counts.isWhole ? shows : `${shows}; a row of the project's list cannot be read`;
  return { kind: 'absent', proven: counts.isWhole, because: `${because}: payment ${payoutCount} is not there` };
}

function toSeen(
  { payments }: Extract<CountsRead, { kind: 'counted' }>,
  { payoutCount, tipMinor }: RespondentRequest,
): Seen {
  const payment = payments?.[payoutCount - 1];
  if (!payment) return { status: 'sent', note: 'the list does not tell what was paid' };
  const amountMinor = payment.totalIncentiveMinor;
  if (payment.tipMinor === tipMinor) return { status: 'sent', amountMinor };
  return { status: 'sent', amountMinor, note: `it shows a tip of ${payment.tipMinor}, asked for ${tipMinor}` };
}

const unreadable = (waitingFor: 'operator' | 'provider', because: string): Sighting => ({
  kind: 'unreadable',
  waitingFor,
  because,
});
