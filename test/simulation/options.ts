import type { Plan } from './plan.js';

/** What may happen to a machine where it makes a difference: before it writes, before it pays, and once that was answered. */
export const OF_MACHINES = [
  'dies',
  'freezes 12 s',
  'freezes a minute',
  'freezes for long',
  'taken by another too',
] as const;

/** How a machine's clocks run while it is frozen: a stopped process notices on both, a suspended one on the wall alone. */
export const OF_CLOCKS = ['is suspended for long', 'freezes for long with its wall clock set back'] as const;

export const OF_TRANSACTIONS = ['rolled back', 'commit unheard'] as const;

/** Once a record was read, all that matters is how old it gets. */
export const OF_READERS = ['freezes 12 s', 'freezes for long'] as const;

/** Once a step is over, all that matters is whether anybody hears of it. */
export const OF_STEPS = ['dies', 'taken by another too'] as const;

export const OF_READS = ['no answer', 'answers 401', 'answers 500'] as const;

/** What may become of a paying call without breaking an assumption. */
export const OF_PAYING = [
  'refused connection',
  'never arrives',
  'reply lost',
  'no reply',
  'late',
  'slow',
  '500 unpaid',
  '500 paid',
  '429 unpaid',
  '429 paid',
  '401 unpaid',
  '402 unpaid',
  '422 unpaid',
  'garbled reply',
] as const;

/** What breaks an assumption, or is asked for by a plan. */
export const OF_PAYING_MORE = ['very late', '401 paid', 'another payout in the reply'] as const;

/** What a call for several may be answered besides, where a plan asks for it: a refusal that is about its first row, or nobody knows whom. */
export const OF_REFUSING = ['refuses its first row', 'refuses a row of nobody'] as const;

const SETTLE_MS = { manifest: 2 * 60_000, respondent: 5 * 60_000, prolific: 15 * 60_000 } as const;

/** Every record has settled, and then some. */
export const longMs = ({ provider }: Pick<Plan, 'provider'>): number => SETTLE_MS[provider] + 4 * 60_000;

export function freezeMs(option: string, plan: Plan): number | undefined {
  if (option === 'freezes 12 s') return 12_000;
  if (option === 'freezes a minute') return 60_000;
  return option.includes('for long') ? longMs(plan) : undefined;
}
