import type { PayoutInput } from '../../src/payout/view.js';
import type { Plan, ProviderName } from './plan.js';
import { almostSettled, HOUR_MS, MINUTE_MS, ORDINARY, request, SETTLE_MS } from './plans.js';

/** Rows of a file: each for somebody else, unless it is told. */
const row = (provider: ProviderName, number: number, more: object = {}): PayoutInput => {
  const whom = {
    manifest: { accountConnection: `acon_${number}` },
    prolific: { submissionId: `study-s${number}` },
    respondent: { screenerResponseId: `response-${number}`, payoutCount: 1 },
  } as const;
  return request(provider, number, { ...whom[provider], ...more });
};

const rows = (provider: ProviderName, count = 3): readonly PayoutInput[] =>
  Array.from({ length: count }, (_, index) => row(provider, index + 1));

type Given = Partial<Plan> & { readonly requests?: readonly PayoutInput[] };

/** All of them in one group, unless it is told. */
function plan(provider: ProviderName, name: string, given: Given = {}): Plan {
  const requests = given.requests ?? rows(provider);
  const groups = [requests.map(({ reference }) => reference)];
  return { ...ORDINARY, provider, requests, groups, ...given, name: `${provider} rows: ${name}` };
}

/** What happens to those whom one call asks for, whatever the provider. */
function sharedPlans(provider: 'manifest' | 'prolific'): readonly Plan[] {
  const lagging = { lagMs: almostSettled(provider) };
  const breaking = { horizonMs: 4 * HOUR_MS, points: 30 };
  return [
    plan(provider, 'paid by one call', {
      // What comes after the call is looking on: that is the same for all.
      requests: rows(provider, 2),
      points: provider === 'manifest' ? 10 : 18,
      interventions: ['cancel', 'start again', 'resume', 'reschedule', 'the group is terminated'],
    }),
    plan(provider, 'records lag', { ...lagging, interventions: ['cancel', 'the group is started again'] }),
    plan(provider, 'reply lost', {
      ...lagging,
      requests: rows(provider, 2),
      points: 12,
      fates: ['no reply'],
      interventions: ['cancel', 'start again', 'resume', 'the group is started again'],
    }),
    plan(provider, 'reply lost, an honest person speaks of one', {
      ...lagging,
      fates: ['no reply'],
      person: 'honest',
      spokenOf: ['p-2'],
      interventions: ['cancel', 'start again'],
    }),
    plan(provider, 'never arrived, an honest person pays one again', {
      ...lagging,
      fates: ['never arrives'],
      outageMs: 3 * MINUTE_MS,
      person: 'honest, pays again',
      spokenOf: ['p-2'],
      interventions: ['cancel', 'start again', 'the group is terminated'],
      horizonMs: 4 * HOUR_MS,
    }),
    plan(provider, 'too many requests', { ...lagging, fates: ['429 paid'] }),
    plan(provider, 'no funds, then the operator', { fates: ['402 unpaid', '401 unpaid'], interventions: ['resume'] }),
    plan(provider, 'refused, and nobody is named', { fates: ['422 unpaid'] }),
    plan(provider, 'two groups, slowly', {
      requests: rows(provider, 4),
      groups: [
        ['p-1', 'p-2'],
        ['p-3', 'p-4'],
      ],
      fates: ['slow'],
    }),
    plan(provider, 'odd workers', {
      fates: ['no reply'],
      odd: ['other host', 'other credentials', 'other ledger', 'restored ledger'],
      horizonMs: 4 * HOUR_MS,
    }),
    plan(provider, 'shown too late', { ...breaking, lagMs: 2 * SETTLE_MS[provider], fates: ['no reply'] }),
    plan(provider, 'wrongly said not paid', {
      ...lagging,
      ...breaking,
      fates: ['no reply'],
      person: 'says not paid, whatever is true',
    }),
    plan(provider, 'wrongly said to pay again', {
      ...lagging,
      ...breaking,
      fates: ['no reply'],
      outageMs: 3 * MINUTE_MS,
      person: 'says pay again, whatever is true',
    }),
    plan(provider, 'requests may be very late', {
      ...lagging,
      ...breaking,
      person: 'honest, pays again',
      more: ['very late'],
    }),
  ];
}

const manifestPlans: readonly Plan[] = [
  plan('manifest', 'reply lost, then an outage', {
    lagMs: almostSettled('manifest'),
    fates: ['no reply'],
    outageMs: 4 * MINUTE_MS - 10_000,
    quietMs: 2 * MINUTE_MS,
    interventions: ['cancel', 'start again'],
  }),
  plan('manifest', 'a long outage', {
    lagMs: almostSettled('manifest'),
    fates: ['no reply'],
    outageMs: 6 * MINUTE_MS,
    points: 30,
  }),
  plan('manifest', 'one of them is refused', {
    requests: [row('manifest', 1), row('manifest', 2, { accountConnection: 'acon_refused_2' }), row('manifest', 3)],
    interventions: ['cancel'],
  }),
  plan('manifest', 'refused one after the other', {
    fates: ['refuses its first row', 'refuses its first row'],
    requests: rows('manifest', 4),
  }),
  plan('manifest', 'refused because of a row that is none of ours', { fates: ['refuses a row of nobody'] }),
  plan('manifest', 'may be refused', {
    more: ['refuses its first row', 'refuses a row of nobody'],
    fates: ['500 unpaid'],
  }),
  plan('manifest', 'lists without tags', {
    fates: ['reply lost'],
    outageMs: 5.5 * MINUTE_MS,
    echo: 'none',
    interventions: ['the group is terminated'],
  }),
];

const prolificPlans: readonly Plan[] = [
  plan('prolific', 'some show late', {
    lags: { 'p-2': 10 * MINUTE_MS, 'p-3': almostSettled('prolific') },
    person: 'honest',
  }),
  plan('prolific', 'two of one submission', {
    requests: [row('prolific', 1), row('prolific', 2, { submissionId: 'study-s1' }), row('prolific', 3)],
    horizonMs: 10 * MINUTE_MS,
  }),
  plan('prolific', 'one of the same submission goes alone and never arrives', {
    groups: [['p-1', 'p-2']],
    requests: [row('prolific', 1), row('prolific', 2), row('prolific', 3, { submissionId: 'study-s1' })],
    lagMs: 10_000,
    fates: ['goes on', 'never arrives'],
    horizonMs: 3 * MINUTE_MS,
    points: 26,
  }),
  plan('prolific', 'one of them is refused', {
    requests: [row('prolific', 1), row('prolific', 2, { submissionId: 'study-refused2' }), row('prolific', 3)],
  }),
  plan('prolific', 'amounts are misread', { misreads: true }),
];

/** They share the workflow, the reads and the transactions, and each is asked for by a call of its own. */
const respondentPlans: readonly Plan[] = [
  plan('respondent', 'paid one by one', { interventions: ['cancel', 'start again', 'the group is terminated'] }),
  plan('respondent', 'two of one response', {
    requests: [row('respondent', 1), row('respondent', 2, { screenerResponseId: 'response-1', payoutCount: 2 })],
    fates: ['goes on', 'no reply'],
    interventions: ['cancel', 'start again'],
  }),
  plan('respondent', 'too many requests', {
    lagMs: almostSettled('respondent'),
    fates: ['429 paid', '429 unpaid'],
    interventions: ['cancel'],
  }),
  plan('respondent', 'shown too late', {
    lagMs: 2 * SETTLE_MS.respondent,
    fates: ['no reply'],
    horizonMs: 4 * HOUR_MS,
    points: 30,
  }),
  plan('respondent', 'reply lost, an honest person', {
    lagMs: almostSettled('respondent'),
    fates: ['no reply'],
    person: 'honest',
  }),
];

export const GROUP_PLANS: readonly Plan[] = [
  ...sharedPlans('manifest'),
  ...manifestPlans,
  ...sharedPlans('prolific'),
  ...prolificPlans,
  ...respondentPlans,
];

/** Of these every schedule with one deviation is tried in each run; of the others a sample. */
export const GROUP_CORE: readonly Plan[] = GROUP_PLANS.filter(({ name }) =>
  ['manifest rows: reply lost', 'prolific rows: paid by one call'].includes(name),
);
