import type { ProlificRequest } from '../../payout/request.js';
import type { BulkCalls, BulkIdentities, BulkPreparation, BulkRow, LookUpQuery, Sighting } from '../provider.js';
import { toMajorUnits } from './amounts.js';
import type { ProlificApi } from './api.js';
import type { ProlificConfig } from './config.js';
import { lanesOf } from './identify.js';
import { judgeGrowth } from './look-up.js';
import { payBulk } from './pay.js';
import { payPath } from './pay-path.js';
import { findMismatch, findStranger } from './prepare.js';
import { readAllSubmissions } from './read-all-submissions.js';
import { snapshotSchema } from './schemas.js';

/** One bulk bonus for many submissions of one study. Its set-up pays nothing; its pay call pays again each time it is made. */
export const createBulk = (api: ProlificApi, config: ProlificConfig): BulkCalls<ProlificRequest> => ({
  most: config.maxIdsPerBulk,
  identify: (requests) => identifyAll(api, config, requests),
  prepare: (rows) => prepareAll(api, rows),
  pay: async (call, _key, requests, permit) => {
    const outcome = await payBulk(api, call, permit);
    const { seen } = outcome.kind === 'accepted' ? outcome : {};
    if (!seen) return { outcome, sightings: new Map() };
    const sighting: Sighting = { kind: 'present', seen, because: `prolific accepted it and shows ${seen.status}` };
    return { outcome, sightings: new Map(requests.map(({ reference }) => [reference, sighting])) };
  },
  lookUp: (queries) => lookUpAll(api, queries),
});

async function identifyAll(
  api: ProlificApi,
  config: ProlificConfig,
  requests: readonly ProlificRequest[],
): Promise<BulkIdentities> {
  const [first] = requests;
  const wantsList = requests.some(({ submissionId }) => submissionId === undefined);
  const list = first && wantsList ? await readAllSubmissions(api, first.studyId) : undefined;
  if (list?.kind === 'unready') return list;
  // What could not be read may hold somebody's only submission, or a second one: whoever is named by participant goes alone.
  const rows = list?.kind === 'read' && list.gap === undefined ? list.rows : [];
  const identities = requests.flatMap(({ reference, submissionId, participantId }) => {
    const own = rows.filter((row) => row.participantId === participantId);
    // Prolific's own form takes the id of a submission in the place of a participant's.
    const named = own.length === 0 ? rows.find(({ id }) => id === participantId) : undefined;
    const subject = submissionId ?? (own.length === 1 ? own[0]?.id : named?.id);
    return subject === undefined ? [] : [[reference, lanesOf(config, subject)] as const];
  });
  return { kind: 'identified', identities: new Map(identities) };
}

/** Snapshots first, then the set-up, then its answer is checked against what was asked for all of them. Pays nothing. */
async function prepareAll(api: ProlificApi, rows: readonly BulkRow<ProlificRequest>[]): Promise<BulkPreparation> {
  const [first] = rows;
  if (!first) return { kind: 'apart', message: 'there is nothing to set up' };
  const { studyId, currency } = first.request;
  const list = await readAllSubmissions(api, studyId);
  if (list.kind === 'unready') return list;
  const listed = new Map(list.kind === 'read' ? list.rows.map((row) => [row.id, row.bonusPayments]) : []);

  const snapshots: Record<string, { submissionId: string; bonusPayments: number[] }> = {};
  for (const { request, identity } of rows) {
    const submissionId = identity.subject as string;
    const known = listed.get(submissionId);
    const read = known ?? (await readAlone(api, request, submissionId));
    if ('kind' in read) return read;
    snapshots[request.reference] = { submissionId, bonusPayments: [...read] };
  }

  const csv = rows.map(({ request, identity }) => `${identity.subject as string},${toMajorUnits(request.amountMinor)}`);
  const setUp = await api.setUp(studyId, csv.join('\n'));
  if (setUp.kind === 'unready') return setUp;
  if (setUp.kind === 'refused') return { kind: 'apart', message: setUp.message };
  const amountMinor = rows.reduce((sum, { request }) => sum + request.amountMinor, 0);
  const mismatch = findMismatch(setUp.value, { amountMinor, currency });
  if (mismatch !== undefined) return { kind: 'apart', message: `${mismatch}: not paid` };
  return { kind: 'prepared', call: { method: 'POST', path: payPath(setUp.value.id), body: '{}' }, snapshots };
}

/** Its bonuses, where the list of its study does not show them. */
async function readAlone(
  api: ProlificApi,
  request: ProlificRequest,
  submissionId: string,
): Promise<readonly number[] | Exclude<BulkPreparation, { kind: 'prepared' }>> {
  const answer = await api.readSubmission(submissionId);
  if (answer.kind === 'unready') return answer;
  if (answer.kind === 'refused') return { kind: 'apart', message: answer.message };
  const stranger = findStranger(answer.value, request, submissionId);
  return stranger === undefined ? (answer.value.bonus_payments ?? []) : { kind: 'apart', message: stranger };
}

async function lookUpAll(
  api: ProlificApi,
  queries: readonly LookUpQuery<ProlificRequest>[],
): Promise<ReadonlyMap<string, Sighting>> {
  const [first] = queries;
  const list = first && (await readAllSubmissions(api, first.request.studyId));
  if (list?.kind !== 'read') return new Map();
  const listed = new Map(list.rows.map((row) => [row.id, row.bonusPayments]));
  const sightings = queries.flatMap(({ request, snapshot, providerReference }) => {
    const before = snapshotSchema.safeParse(snapshot).data;
    const now = before && listed.get(before.submissionId);
    return before && now ? [[request.reference, judgeGrowth(request, before, now, providerReference)] as const] : [];
  });
  return new Map(sightings);
}
