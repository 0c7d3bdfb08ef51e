import { z } from 'zod';
import type { RespondentRequest } from '../../payout/request.js';
import { commonRequestShape } from '../common-request.js';

/** Printable, and no step up in a path. */
const ID = /^(?!\.{1,2}$)[\x21-\x7e]{1,200}$/;
const idSchema = z
  .string(wants('a text; copy the id from Respondent'))
  .regex(ID, 'has to be 1 to 200 printable characters without spaces; copy the id from Respondent');

const shape = {
  ...commonRequestShape,
  provider: z.literal('respondent', 'has to be "respondent"'),
  projectId: idSchema,
  screenerResponseId: idSchema,
  payoutCount: z
    .int(wants('a whole number from 1 to 5, for example 1 for the first payment of this screener response'))
    .min(1, 'has to be 1 or more: 1 is the first payment of this screener response')
    .max(5, 'has to be 5 or less: Respondent pays a screener response at most 5 times'),
  tipMinor: z
    .int(wants('a whole number of cents, for example 250 for 2.50 USD'))
    .min(0, 'has to be 0 or more; leave it out for no tip')
    .default(0),
  expectedIncentiveMinor: z
    .int(wants("a whole number of cents, for example 5000 for a project's 50 USD"))
    .min(1, 'has to be 1 or more; leave it out to pay whatever the project pays')
    .optional(),
};

/** A payout through Respondent: the n-th payment of one screener response. */
export const respondentRequestSchema: z.ZodType<RespondentRequest> = z.strictObject(shape, {
  error: (issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map(refuseUnknown).join('; ') : undefined),
});

function refuseUnknown(field: string): string {
  if (field === 'amountMinor' || field === 'currency') {
    return `${field}: Respondent pays the project's incentive in USD plus tipMinor; use expectedIncentiveMinor to have it checked`;
  }
  return `${field}: is no field of a respondent payout; remove it, or use one of ${Object.keys(shape).join(', ')}`;
}

function wants(what: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) =>
      `${input === undefined ? 'is missing; it has' : 'has'} to be ${what}`,
  };
}

// Replies: only what is used is read, and no more is asked of it than that use needs.

/** A count, or cents. */
const natural = z.int().min(0);

/** One row of the counts. What cannot be read is left out: one bad field must not hide the others. */
export const rowSchema = z.object({
  screenerResponseId: z.string().min(1).optional().catch(undefined),
  numberOfPayouts: natural.optional().catch(undefined),
  payouts: z.array(z.unknown()).optional().catch(undefined),
});

/** One payment in a row. Respondent's own example does not add up; such a one tells no amount. */
export const paidSchema = z
  .object({ incentive: natural, tip: natural, totalIncentive: natural, createdAt: z.string() })
  .transform(({ incentive, tip, totalIncentive, createdAt }) => ({
    incentiveMinor: incentive,
    tipMinor: tip,
    totalIncentiveMinor: totalIncentive,
    createdAtMs: Date.parse(createdAt),
  }))
  .refine(
    (paid) => paid.incentiveMinor + paid.tipMinor === paid.totalIncentiveMinor && !Number.isNaN(paid.createdAtMs),
  );
export type PaidRow = z.output<typeof paidSchema>;

/** The project. Where the autopay switch sits is documented in three ways. */
export const projectSchema = z
  .looseObject({ incentiveAmount: z.unknown().optional(), automations: z.unknown().optional() })
  .catch({})
  .transform((project): Project => ({
    incentiveMinor: toMinor(project.incentiveAmount),
    autopay: isAutopay(project) || isAutopay(project.automations),
  }));
export interface Project {
  readonly incentiveMinor: number | undefined;
  readonly autopay: boolean;
}

const isAutopay = (settings: unknown): boolean =>
  typeof settings === 'object' &&
  settings !== null &&
  Object.entries(settings).some(([name, value]) => name.toLowerCase() === 'autopay' && value === true);

/** Dollars to cents by their digits: 50 → 5000, 50.5 → 5050. A fraction of a cent is no amount. */
function toMinor(dollars: unknown): number | undefined {
  const [, whole, fraction = ''] =
    /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typeof dollars === 'number' ? String(dollars) : '') ?? [];
  return whole === undefined ? undefined : Number(whole + fraction.padEnd(2, '0'));
}

/** Answer of `GET /v1/pricing/balances/summary`. Incentives in cents. */
export const balancesSchema = z.object({ incentiveBalance: z.number() });

/** What the records showed before the paying call. */
export const snapshotSchema = z.object({ count: natural });
