import type { PayoutInput } from '../../src/payout/view.js';
import type { Plan, ProviderName } from './plan.js';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const SETTLE_MS = { manifest: 2 * MINUTE_MS, respondent: 5 * MINUTE_MS, prolific: 15 * MINUTE_MS } as const;

/** The providers, and Respondent once more for those who vouch for its guard. */
const VARIANTS = [
  { provider: 'manifest' },
  { provider: 'respondent' },
  { provider: 'respondent', guardProven: true },
  { provider: 'prolific' },
] as const satisfies readonly Pick<Plan, 'provider' | 'guardProven'>[];

type Variant = (typeof VARIANTS)[number];

const nameOf = (variant: Variant): string => variant.provider + ('guardProven' in variant ? ' with its guard' : '');

const REQUESTS = {
  manifest: { provider: 'manifest', accountConnection: 'acon_X', amountMinor: 1500, currency: 'USD' },
  respondent: { provider: 'respondent', projectId: 'project', screenerResponseId: 'response', payoutCount: 1 },
  prolific: { provider: 'prolific', studyId: 'study', submissionId: 'study-s1', amountMinor: 250, currency: 'GBP' },
} as const;

export const request = (provider: ProviderName, number = 1, more: object = {}): PayoutInput => ({
  reference: `p-${number}`,
  ...REQUESTS[provider],
  ...(provider === 'respondent' ? { payoutCount: number } : {}),
  ...more,
});

/** Half a minute less than the records may lag. */
export const almostSettled = (provider: ProviderName): number => SETTLE_MS[provider] - MINUTE_MS / 2;

export const ORDINARY = {
  lagMs: 1_000,
  fates: [],
  person: 'nobody',
  interventions: [],
  odd: [],
  points: 40,
  horizonMs: 3 * HOUR_MS,
} as const satisfies Partial<Plan>;

type Given = Partial<Plan> & { readonly requests?: readonly PayoutInput[] };

function plan(variant: Variant, name: string, given: Given = {}): Plan {
  return {
    ...ORDINARY,
    ...variant,
    requests: [request(variant.provider)],
    ...given,
    name: `${nameOf(variant)}: ${name}`,
  };
}

const IN_TEN_MINUTES = new Date(Date.parse('2026-01-01T00:10:00.000Z')).toISOString();

/** Where nothing is doubted, it makes no difference whether the guard is vouched for. */
const WITHOUT_DOUBT = [
  'paid at once',
  'at a date',
  'no funds',
  'two of one subject',
  'odd workers at a date',
  'records lag',
];

const isNew = (one: Plan): boolean =>
  one.guardProven !== true || !WITHOUT_DOUBT.some((name) => one.name.includes(name));

/** What happens in ordinary life, for one kind of provider. */
function ordinaryPlans(variant: Variant): readonly Plan[] {
  const { provider } = variant;
  const lagging = { lagMs: almostSettled(provider) };
  return [
    plan(variant, 'paid at once', { interventions: ['cancel', 'reset', 'terminate', 'start again', 'resume'] }),
    plan(variant, 'records lag', { ...lagging, interventions: ['reset', 'cancel'] }),
    plan(variant, 'at a date', {
      requests: [request(provider, 1, { scheduledAt: IN_TEN_MINUTES })],
      interventions: ['cancel', 'reschedule', 'change the words', 'reset', 'terminate'],
    }),
    plan(variant, 'two of one subject', { requests: [request(provider, 1), request(provider, 2)] }),
    plan(variant, 'reply lost, an honest person', { ...lagging, fates: ['no reply'], person: 'honest' }),
    plan(variant, 'never arrived, an honest person pays again', {
      ...lagging,
      fates: ['never arrives'],
      outageMs: 3 * MINUTE_MS,
      person: 'honest, pays again',
      interventions: ['reset', 'cancel'],
      horizonMs: 4 * HOUR_MS,
    }),
    plan(variant, 'too many requests', { ...lagging, fates: ['429 paid'] }),
    plan(variant, 'too many requests, twice', {
      ...lagging,
      fates: ['429 unpaid', '429 paid'],
      quietMs: provider === 'manifest' ? 0 : SETTLE_MS[provider],
    }),
    plan(variant, 'no funds, then the operator', {
      fates: ['402 unpaid', '401 unpaid'],
      interventions: ['resume', 'cancel'],
    }),
    plan(variant, 'started with other things', {
      requests: [request(provider, 1, { metadata: { note: 'one' } })],
      fates: ['500 unpaid'],
      interventions: ['start with other content', 'start with other metadata'],
    }),
    plan(variant, 'odd workers', {
      fates: ['no reply'],
      odd: ['other host', 'other credentials', 'other ledger', 'restored ledger'],
      horizonMs: 4 * HOUR_MS,
    }),
    plan(variant, 'odd workers at a date', {
      requests: [request(provider, 1, { scheduledAt: IN_TEN_MINUTES })],
      odd: ['other host', 'other credentials', 'other ledger', 'restored ledger'],
    }),
  ];
}

/** What only one provider knows. */
function ownPlans(variant: Variant): readonly Plan[] {
  const lagMs = almostSettled(variant.provider);
  switch (variant.provider) {
    case 'manifest':
      return [
        plan(variant, 'reply lost, then an outage', {
          lagMs,
          fates: ['no reply'],
          outageMs: 4 * MINUTE_MS - 10_000,
          quietMs: 2 * MINUTE_MS,
        }),
        plan(variant, 'a slow reply', { fates: ['slow'] }),
        plan(variant, 'refused after a lost reply', { fates: ['no reply', '422 unpaid'] }),
        plan(variant, 'lists without tags', {
          fates: ['reply lost'],
          outageMs: 5.5 * MINUTE_MS,
          echo: 'none',
          interventions: ['reset'],
        }),
        plan(variant, 'lists show nothing', { fates: ['reply lost'], outageMs: 5.5 * MINUTE_MS, listsNothing: true }),
        plan(variant, 'no other payout is known', {
          fates: ['never arrives'],
          outageMs: 5.5 * MINUTE_MS,
          hasControl: false,
        }),
        plan(variant, 'a long outage', {
          lagMs,
          fates: ['no reply'],
          outageMs: 6 * MINUTE_MS,
          points: 30,
        }),
        plan(variant, 'another payout in the reply', { fates: ['another payout in the reply'] }),
      ];
    case 'prolific':
      return [
        plan(variant, 'two of one workspace', {
          requests: [request('prolific', 1), request('prolific', 2, { submissionId: 'study-s2' })],
          fates: ['slow'],
        }),
        plan(variant, 'two of one subject, one never arrives', {
          requests: [request('prolific', 1), request('prolific', 2)],
          lagMs: 10_000,
          fates: ['goes on', 'never arrives'],
          // Whoever waits in a lane asks for it many times: not longer than it takes to tell.
          horizonMs: 3 * MINUTE_MS,
          points: 26,
        }),
        plan(variant, 'amounts are misread', { misreads: true }),
        plan(variant, 'somebody else pays the same', { interventions: ['somebody else pays'] }),
      ];
    case 'respondent':
      return [
        plan(variant, 'somebody else pays the same', {
          rule: 'guardProven' in variant ? 'refuses_wrong_number' : 'pays_every_time',
          requests: [request('respondent', 1, { scheduledAt: IN_TEN_MINUTES })],
          interventions: ['somebody else pays'],
        }),
      ];
    default:
      return variant satisfies never;
  }
}

/** An assumption does not hold: whatever then comes of it, somebody must be able to see it. */
function breakingPlans(variant: Variant): readonly Plan[] {
  const { provider } = variant;
  const lagging = { lagMs: almostSettled(provider), horizonMs: 4 * HOUR_MS, points: 30 };
  const rule = 'guardProven' in variant ? 'refuses_wrong_number' : 'pays_every_time';
  return [
    plan(variant, 'shown too late', {
      lagMs: 2 * SETTLE_MS[provider],
      fates: ['no reply'],
      rule,
      horizonMs: 4 * HOUR_MS,
      points: 30,
    }),
    plan(variant, 'a word from too early a look', {
      ...lagging,
      quietMs: 2.5 * MINUTE_MS,
      points: 40,
      fates: ['no reply'],
      person: 'says what was read too early',
    }),
    plan(variant, 'wrongly said not paid', {
      ...lagging,
      fates: ['no reply'],
      person: 'says not paid, whatever is true',
      points: 90,
    }),
    plan(variant, 'shown too late, wrongly said not paid', {
      lagMs: 2 * SETTLE_MS[provider],
      horizonMs: 4 * HOUR_MS,
      points: 30,
      person: 'says not paid, whatever is true',
    }),
    plan(variant, 'wrongly said paid', {
      ...lagging,
      points: 120,
      fates: ['never arrives'],
      outageMs: HOUR_MS / 2,
      person: 'says paid, whatever is true',
    }),
    plan(variant, 'wrongly said to pay again', {
      ...lagging,
      fates: ['no reply'],
      outageMs: 3 * MINUTE_MS,
      person: 'says pay again, whatever is true',
    }),
    plan(variant, 'requests may be very late', {
      ...lagging,
      person: 'honest, pays again',
      more: ['very late', '401 paid'],
    }),
    ...(provider === 'manifest'
      ? [plan(variant, 'keys are forgotten early', { ...lagging, fates: ['no reply'], rememberKeysMs: 30_000 })]
      : []),
  ];
}

export const PLANS: readonly Plan[] = VARIANTS.flatMap((variant) => [
  ...ordinaryPlans(variant),
  ...ownPlans(variant),
  ...breakingPlans(variant),
]).filter(isNew);

/** What most of the guards are for. Of these every schedule with one deviation is tried in each run; of the others a sample. */
export const CORE: readonly Plan[] = PLANS.filter(({ name }) =>
  [
    'manifest: paid at once',
    'manifest: at a date',
    'manifest: reply lost, then an outage',
    'respondent: paid at once',
    'respondent with its guard: reply lost, an honest person',
    'prolific: paid at once',
    'prolific: at a date',
    'prolific: too many requests',
    'prolific: two of one subject, one never arrives',
  ].includes(name),
);
