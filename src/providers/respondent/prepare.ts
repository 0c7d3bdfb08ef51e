import type { RespondentRequest } from '../../payout/request.js';
import type { Call, Preparation, Refused, Unready } from '../provider.js';
import { composeCall, type RespondentApi } from './api.js';
import { unready } from './mapping.js';
import { readCounts, type CountsRead } from './read-counts.js';
import { readProject, type ProjectRead } from './project.js';

/** Reads the counts, refuses what they contradict, and composes the paying call. Pays nothing. */
export async function prepare(api: RespondentApi, request: RespondentRequest, earlier?: Call): Promise<Preparation> {
  const { payoutCount, screenerResponseId } = request;
  const counts = await readCounts(api, request);
  if (counts.kind !== 'counted') return counts;
  const { count } = counts;
  const shows = `Respondent shows ${inWords(count)} of screener response ${screenerResponseId}`;

  if (count >= payoutCount) {
    // It may be the earlier call that arrived late; only a look-up may say so, and `refused` would deny it.
    if (earlier) return unready('provider', `${shows}: payment ${payoutCount} is there by now, to be looked up`);
    return refused(
      `already paid elsewhere: ${shows}, for example by autopay; payment ${payoutCount} was not made again`,
    );
  }
  if (payoutCount > count + 1) {
    return { kind: 'behind', message: `${shows}, so payment ${payoutCount} cannot be the next one` };
  }
  const objection = await findObjection(api, request, counts);
  if (objection) return objection;

  const snapshot = { count, totalIncentiveMinor: totalOf(counts) };
  return { kind: 'prepared', call: earlier ?? composeCall(request), snapshot };
}

type Counted = Extract<CountsRead, { kind: 'counted' }>;

/** What the project says against paying, or nothing. It is read only where the request depends on it. */
async function findObjection(
  api: RespondentApi,
  request: RespondentRequest,
  counts: Counted,
): Promise<Refused | Unready | undefined> {
  const { projectId, payoutCount, expectedIncentiveMinor } = request;
  if (payoutCount > 1 && expectedIncentiveMinor === undefined) return undefined;
  const read = await readProject(api, projectId);
  if (read.kind === 'unready') return read;
  if (payoutCount === 1 && read.kind === 'read' && read.project.autopay) {
    return refused(
      `project ${projectId} has autopay: Respondent makes the first payment by itself when the participant is marked ` +
        'as attended, and payment 1 would come on top of it; turn autopay off, or pay payoutCount 2',
    );
  }
  if (expectedIncentiveMinor === undefined) return undefined;
  const incentive = findIncentive(read, counts);
  if (incentive.kind === 'unknown') {
    const mend = 'let this account read the project, or leave expectedIncentiveMinor out under a new reference';
    return unready('operator', `the incentive of project ${projectId} cannot be read (${incentive.because}): ${mend}`);
  }
  if (incentive.minor === expectedIncentiveMinor) return undefined;
  return refused(
    `project ${projectId} pays ${incentive.minor}, expectedIncentiveMinor is ${expectedIncentiveMinor}: not paid`,
  );
}

type Incentive =
  { readonly kind: 'known'; readonly minor: number } | { readonly kind: 'unknown'; readonly because: string };

/** The project's own word, or else what it has paid so far, where that was always the same. */
function findIncentive(read: Exclude<ProjectRead, Unready>, { ofProject }: Counted): Incentive {
  if (read.kind === 'read' && read.project.incentiveMinor !== undefined) {
    return { kind: 'known', minor: read.project.incentiveMinor };
  }
  const because = read.kind === 'read' ? 'the project does not name it' : read.because;
  const [minor, ...others] = [...new Set(ofProject().map((payment) => payment.incentiveMinor))];
  if (minor === undefined) return { kind: 'unknown', because };
  if (others.length > 0) return { kind: 'unknown', because: `${because}; its payments so far differ` };
  return { kind: 'known', minor };
}

const totalOf = ({ payments }: Counted): number | null =>
  payments ? payments.reduce((total, payment) => total + payment.totalIncentiveMinor, 0) : null;

const inWords = (count: number): string => (count === 1 ? '1 payment' : `${count} payments`);

const refused = (message: string): Refused => ({ kind: 'refused', message });
