import type { RespondentRequest } from '../../payout/request.js';
import type { Refused, Unready } from '../provider.js';
import type { RespondentApi } from './api.js';
import { countPayments, listPayments, type Counts } from './counts.js';
import { toRead, unready } from './mapping.js';
import type { PaidRow } from './schemas.js';

export type CountsRead =
  | (Extract<Counts, { kind: 'counted' }> & {
      /** Every readable payment of the project, whoever got it. */
      ofProject(): readonly PaidRow[];
    })
  | Refused
  | Unready;

/** Reads how often the screener response was paid. */
export async function readCounts(
  api: RespondentApi,
  { projectId, screenerResponseId }: Pick<RespondentRequest, 'projectId' | 'screenerResponseId'>,
): Promise<CountsRead> {
  const what = `payments of project ${projectId}`;
  const read = toRead(await api.readCounts(projectId), what);
  if (read.kind !== 'read') return read;
  const counts = countPayments(read.json, screenerResponseId);
  if (counts.kind === 'unreadable') return unready('provider', `${what}: ${counts.because}`);
  return { ...counts, ofProject: () => listPayments(read.json) };
}
