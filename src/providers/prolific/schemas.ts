import { z } from 'zod';
import type { ProlificRequest } from '../../payout/request.js';
import { amountMinorSchema, commonRequestShape } from '../common-request.js';

const ID_RULE = 'must be 1 to 100 of A-Z, a-z, 0-9, _ and -; copy the id from Prolific';

/** Ids go into a CSV and into paths, so no other character may be in them. */
const idSchema = z.string(ID_RULE).regex(/^[A-Za-z0-9_-]{1,100}$/, ID_RULE);

/** A payout through Prolific: one bonus on one submission. */
export const prolificRequestSchema: z.ZodType<ProlificRequest> = z
  .strictObject(
    {
      ...commonRequestShape,
      provider: z.literal('prolific', 'must be "prolific"'),
      studyId: idSchema,
      submissionId: idSchema.optional(),
      participantId: idSchema.optional(),
      amountMinor: amountMinorSchema,
      currency: z.enum(['GBP', 'USD'], "must be GBP or USD, the study's currency"),
    },
    { error: (issue) => (issue.code === 'unrecognized_keys' ? unknownFields(issue.keys) : undefined) },
  )
  .refine((request) => (request.submissionId === undefined) !== (request.participantId === undefined), {
    path: ['submissionId'],
    message: 'give exactly one of submissionId and participantId, not both and not none',
  });

const unknownFields = (names: readonly string[]): string => `${names.join(', ')}: unknown to prolific; leave it out`;

// Replies: only what is used is read, and no more is asked of it than that use needs.

const optionalText = z.string().nullish().catch(undefined);

/** Amounts are minor units and may have a fraction (fees of 283.34 pence). */
const optionalMinor = z.number().nullish();

/** Answer of `POST /submissions/bonus-payments/`. */
export const setUpSchema = z.object({
  id: idSchema,
  total_amount: z.number(),
  amount: optionalMinor,
  currency: z.string().nullish(),
  currency_code: z.string().nullish(),
});
export type SetUp = z.infer<typeof setUpSchema>;

/** Answer of `GET /workspaces/:id/balance/`. Minor units. */
export const balanceSchema = z.object({ currency_code: z.string(), available_balance: z.number() });
export type BalanceAnswer = z.infer<typeof balanceSchema>;

/** Answer of `GET /submissions/:id/`. Without a bonus the list is empty, null or missing. */
export const submissionSchema = z.object({
  id: z.string(),
  study_id: z.string(),
  participant: optionalText,
  participant_id: optionalText,
  status: optionalText,
  bonus_payments: z.array(z.number()).nullish(),
});
export type Submission = z.infer<typeof submissionSchema>;

/** Answer of `GET /studies/:id/submissions/`. Rows are read one by one, so that a bad one does not hide the others. */
export const submissionPageSchema = z.object({
  results: z.array(z.unknown()),
  next: optionalText,
  _links: z
    .object({ next: z.object({ href: optionalText }).nullish() })
    .nullish()
    .catch(undefined),
  meta: z
    .object({ count: z.int().min(0).nullish() })
    .nullish()
    .catch(undefined),
});
export type SubmissionPage = z.infer<typeof submissionPageSchema>;

/** A row of that list. The key of the participant differs between Prolific's pages. */
export const submissionRowSchema = z
  .object({
    id: idSchema,
    participant_id: optionalText,
    participant: optionalText,
    status: optionalText,
    bonus_payments: z.array(z.number()).nullish(),
  })
  .transform(({ id, participant_id, participant, status, bonus_payments }, { issues }): SubmissionRow => {
    const participantId = participant_id ?? participant;
    // A list that leaves the bonuses out shows nothing of them; `null` says that there are none.
    const bonusPayments = bonus_payments === undefined ? undefined : (bonus_payments ?? []);
    if (typeof participantId === 'string')
      return { id, participantId, ...(status ? { status } : {}), ...(bonusPayments ? { bonusPayments } : {}) };
    issues.push({ code: 'custom', input: participantId, path: ['participant_id'], message: 'is missing' });
    return z.NEVER;
  });
export interface SubmissionRow {
  readonly id: string;
  readonly participantId: string;
  readonly status?: string;
  /** Absent: the list does not show them. */
  readonly bonusPayments?: readonly number[];
}

/** What `bonus_payments` showed before the paying call. */
export const snapshotSchema = z.object({ submissionId: z.string(), bonusPayments: z.array(z.number()) });
export type BonusSnapshot = z.infer<typeof snapshotSchema>;
