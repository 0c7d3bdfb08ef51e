import { createRandom } from '../../src/sandbox/random.js';
import { choose, type Random } from './random.js';

/** One payout of the plan: what is asked for, when, and what people do to it meanwhile. */
export interface PlannedPayout {
  readonly atMs: number;
  readonly request: PlannedRequest;
  /** Pays that much after it was started; at once unless given. */
  readonly scheduledInMs?: number;
  /** Started by two callers at once. */
  readonly isTwice: boolean;
  /** The same reference with other content, which has to be refused. */
  readonly conflicting?: PlannedRequest;
  readonly message?: { readonly kind: 'cancel' | 'reschedule'; readonly afterMs: number };
}

export interface PlannedRequest {
  readonly reference: string;
  readonly provider: string;
  readonly [field: string]: unknown;
}

/** Accounts at Prolific: each is a workspace of its own, in which one call is made at a time. */
export const PROLIFIC_ACCOUNTS = ['default', 'b', 'c', 'd'] as const;
/** Its guard against repeated numbers is taken as proven for one account, and not for the other. */
export const RESPONDENT_ACCOUNTS = ['default', 'unproven'] as const;

const SHARES = [
  ['manifest', 40],
  ['prolific', 30],
  ['respondent', 30],
] as const;
/** How many payouts go to one submission or one screener response. */
const PER_SUBJECT = [
  [1, 65],
  [2, 25],
  [3, 10],
] as const;
const PER_PROJECT = 20;

/** The same seed gives the same payouts. */
export function planTraffic(payouts: number, seed: number, overMs: number): readonly PlannedPayout[] {
  const random = createRandom(seed, 101);
  const planned: PlannedPayout[] = [];
  for (let subject = 0; planned.length < payouts; subject += 1) {
    const provider = choose(random, SHARES);
    const count = provider === 'manifest' ? 1 : choose(random, PER_SUBJECT);
    const atMs = random() * overMs;
    const make = MAKERS[provider](random, subject);
    for (let nth = 1; nth <= Math.min(count, payouts - planned.length); nth += 1) {
      const reference = `chaos-${seed}/${provider}/${String(subject).padStart(5, '0')}-${nth}`;
      planned.push(planOne(random, { ...make(nth), reference, provider }, atMs + (nth - 1) * 400 * random()));
    }
  }
  return planned.sort((a, b) => a.atMs - b.atMs);
}

function planOne(random: Random, request: PlannedRequest, atMs: number): PlannedPayout {
  const isScheduled = random() < 0.12;
  const afterMs = random() * (isScheduled ? 8_000 : 2_000);
  const word = random();
  return {
    atMs,
    request,
    ...(isScheduled ? { scheduledInMs: 2_000 + Math.floor(random() * 12_000) } : {}),
    isTwice: random() < 0.1,
    ...(random() < 0.04 ? { conflicting: withOtherContent(request) } : {}),
    ...(word < (isScheduled ? 0.35 : 0.06)
      ? { message: { kind: 'cancel', afterMs } }
      : word < (isScheduled ? 0.7 : 0.08)
        ? { message: { kind: 'reschedule', afterMs } }
        : {}),
  };
}

type Fields = Readonly<Record<string, unknown>>;
type Maker = (random: Random, subject: number) => (nth: number) => Fields;

/** What becomes of it is in the name: the simulated providers know these. */
const FATES = [
  ['', 90],
  ['refused', 3],
] as const;

const MAKERS: Readonly<Record<(typeof SHARES)[number][0], Maker>> = {
  manifest: (random, subject) => {
    const kind = choose(random, [...FATES, ['ach', 4], ['ach_returned', 4], ['failing', 2]]);
    const accountConnection = ['acon', ...(kind === '' ? [] : [kind]), Math.floor(subject / PER_PROJECT)].join('_');
    return () => ({ accountConnection, amountMinor: 100 + Math.floor(random() * 5_000), currency: 'USD' });
  },
  prolific: (random, subject) => {
    const studyId = `study${Math.floor(subject / PER_PROJECT)}`;
    const submissionId = `${studyId}-${choose(random, FATES)}s${subject}`;
    const account = PROLIFIC_ACCOUNTS[subject % PROLIFIC_ACCOUNTS.length];
    // Half of those who are paid several times get the same amount each time: nobody can tell the payments apart.
    const same = random() < 0.5;
    const first = 100 + Math.floor(random() * 900);
    return (nth) => ({ account, studyId, submissionId, amountMinor: same ? first : first + nth, currency: 'GBP' });
  },
  respondent: (random, subject) => {
    const fate = choose(random, FATES);
    const screenerResponseId = `${fate === '' ? '' : 'refused-'}r${subject}`;
    const account = RESPONDENT_ACCOUNTS[subject % RESPONDENT_ACCOUNTS.length];
    const projectId = `project-${Math.floor(subject / PER_PROJECT)}`;
    return (payoutCount) => ({ account, projectId, screenerResponseId, payoutCount });
  },
};

const withOtherContent = (request: PlannedRequest): PlannedRequest =>
  typeof request['amountMinor'] === 'number'
    ? { ...request, amountMinor: request['amountMinor'] + 7 }
    : { ...request, tipMinor: 7 };
