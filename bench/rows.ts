import type { BatchRow } from '../src/batch/engine.js';
import { parseRequest } from '../src/providers/parse-request.js';

const toRow = (request: object): BatchRow => ({
  request: parseRequest(request),
  input: Object.fromEntries(Object.entries(request).map(([name, value]) => [name, String(value)])),
});
export const manifest = (id: string, n: number): BatchRow =>
  toRow({
    reference: `${id}/${n}`,
    provider: 'manifest',
    accountConnection: `acon_${n}`,
    amountMinor: 1500,
    currency: 'USD',
  });
export const prolific = (id: string, n: number): BatchRow => {
  const study = `${id}-study${Math.floor(n / 1_000)}`;
  return toRow({
    reference: `${id}/${n}`,
    provider: 'prolific',
    studyId: study,
    submissionId: `${study}-${n}`,
    amountMinor: 250,
    currency: 'GBP',
  });
};
export const respondent = (id: string, n: number): BatchRow =>
  toRow({
    reference: `${id}/${n}`,
    provider: 'respondent',
    projectId: `${id}-project${Math.floor(n / 100)}`,
    screenerResponseId: `${id}_${n}`,
    payoutCount: 1,
  });
/** Of ten rows six are Manifest's, three Prolific's and one Respondent's. */
export const mixed = (id: string, n: number): BatchRow =>
  (n % 10 < 6 ? manifest : n % 10 < 9 ? prolific : respondent)(id, n);
