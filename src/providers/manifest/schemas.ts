import { z } from 'zod';
import { TAG, type ManifestRequest } from '../../payout/request.js';
import { amountMinorSchema, commonRequestShape, isStorable, parseInstant, wants } from '../common-request.js';
import { composeUserData, USER_DATA_LIMIT_BYTES } from './user-data.js';

/** Ids stand in paths: printable ASCII without a slash, and no step up. ".." asked for its payouts would list everybody's. */
const ID = /^(?!\.{1,2}$)[\x21-\x2e\x30-\x7e]{1,200}$/;

const shape = {
  ...commonRequestShape,
  provider: z.literal('manifest', 'has to be "manifest"'),
  accountConnection: z
    .string(wants('the id of an account connection, for example "acon_X"'))
    .regex(ID, 'has to be 1 to 200 printable characters without spaces and "/"; copy the id from Manifest'),
  amountMinor: amountMinorSchema,
  currency: z.literal('USD', wants('"USD": Manifest pays nothing else')),
  description: z
    .string(wants('a text that the recipient sees'))
    .min(1, "is empty; leave it out for Manifest's own text")
    .max(500, { error: ({ input }) => `is ${(input as string).length} characters long; shorten it to 500 or less` })
    .refine(isStorable, 'has a character in it that cannot be stored (NUL, or half of a pair); remove it')
    .optional(),
};

/** A payout through Manifest. */
export const manifestRequestSchema: z.ZodType<ManifestRequest> = z
  .strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map(refuseUnknown).join('; ') : undefined),
  })
  .superRefine((request, context) => {
    const problem = userDataProblem(request);
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['metadata'], message: problem });
  });

const refuseUnknown = (field: string): string =>
  `${field}: is no field of a manifest payout; remove it, or use one of ${Object.keys(shape).join(', ')}`;

function userDataProblem(request: Pick<ManifestRequest, 'metadata' | 'reference'>): string | undefined {
  if (request.metadata && Object.hasOwn(request.metadata, TAG)) return `holds "${TAG}", which is ours; rename that key`;
  const bytes = Buffer.byteLength(JSON.stringify(composeUserData(request)));
  if (bytes < USER_DATA_LIMIT_BYTES) return undefined;
  const most = USER_DATA_LIMIT_BYTES - 1;
  return `is ${bytes} bytes together with our "${TAG}"; Manifest takes ${most}: shorten it by ${bytes - most} or more`;
}

// Replies: only what is used is read, and what is used is read leniently. One odd field must not hide a payment.

const text = z.string().min(1).optional().catch(undefined);
const record = z.record(z.string(), z.unknown()).optional().catch(undefined);

/** One payout. Only the id is needed; enums are open; dates are texts, since some are no dates. */
export const payoutSchema = z
  .object({
    id: z.string().regex(ID),
    type: text,
    status: text,
    account_connection: text,
    amount_in_cents: z.number().optional().catch(undefined),
    description: text,
    date: text,
    user_data: record,
    userdata: record,
    activity: z.array(z.unknown()).optional().catch(undefined),
  })
  .transform((row) => ({
    id: row.id,
    type: row.type,
    status: row.status,
    accountConnection: row.account_connection,
    amountMinor: row.amount_in_cents,
    // `2024-14-12T…` stands in the provider's own examples: such a date is unknown, and its row is still a payment.
    date: row.date === undefined ? undefined : parseInstant(row.date),
    description: row.description,
    // Both spellings are documented. An empty object in one of them tells nothing.
    reference: tagOf(row.user_data) ?? tagOf(row.userdata),
    userData: [row.user_data, row.userdata].find((data) => tagOf(data) !== undefined),
    activity: row.activity ?? [],
  }));
export type PayoutRow = z.output<typeof payoutSchema>;

const tagOf = (userData: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  const tag = userData?.[TAG];
  return typeof tag === 'string' ? tag : undefined;
};

/** One page. Rows that cannot be read are counted, never dropped in silence. */
export const pageSchema = z
  .object({
    data: z.array(z.unknown()),
    pagination: z
      .object({ total: z.int().min(0) })
      .optional()
      .catch(undefined),
  })
  .transform(({ data, pagination }) => ({ ...readRows(data), total: pagination?.total }));

/** The answer of a batch: rows in no promised order. */
export const batchSchema = z.object({ payouts: z.array(z.unknown()) }).transform(({ payouts }) => readRows(payouts));

function readRows(rows: readonly unknown[]): { readonly rows: readonly PayoutRow[]; readonly unreadable: number } {
  const read = rows.flatMap((row) => payoutSchema.safeParse(row).data ?? []);
  return { rows: read, unreadable: rows.length - read.length };
}

/** A refusal. `details` names the rows of a batch that it concerns. */
export const refusalSchema = z.object({
  message: text,
  details: z
    .array(z.object({ message: text, request: record }).catch({ message: undefined, request: undefined }))
    .optional()
    .catch(undefined),
});
