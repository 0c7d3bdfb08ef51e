import { z } from 'zod';
import { TAG, type ManifestRequest } from '../../payout/request.js';
import { amountMinorSchema, commonRequestShape } from '../common-request.js';
import { composeUserData, USER_DATA_LIMIT_BYTES } from './user-data.js';

const shape = {
  ...commonRequestShape,
  provider: z.literal('manifest', 'has to be "manifest"'),
  accountConnection: z
    .string('has to be the id of an account connection, for example "acon_X"')
    .regex(/^[A-Za-z0-9_-]{1,200}$/, 'has to be the id of an account connection (letters, digits, _ and -), for example "acon_X"'),
  amountMinor: amountMinorSchema,
  currency: z.literal('USD', 'has to be "USD": Manifest pays nothing else'),
  description: z
    .string('has to be a text that the recipient sees')
    .min(1, 'is empty; leave it out for the provider’s own text')
    .max(500, 'is longer than 500 characters; shorten it')
    .optional(),
};

/** A payout through Manifest. */
export const manifestRequestSchema: z.ZodType<ManifestRequest> = z
  .strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? issue.keys.map(refuseUnknown).join('; ') : undefined),
  })
  .superRefine(({ metadata, reference }, context) => {
    if (metadata && TAG in metadata)
      context.addIssue({ code: 'custom', path: ['metadata'], message: `holds ${TAG}, which is ours; rename that key` });
    const bytes = Buffer.byteLength(JSON.stringify(composeUserData({ metadata, reference })));
    if (bytes >= USER_DATA_LIMIT_BYTES) {
      const message = `is ${bytes} bytes once serialized with our tag; Manifest takes less than ${USER_DATA_LIMIT_BYTES}: shorten it`;
      context.addIssue({ code: 'custom', path: ['metadata'], message });
    }
  });

const refuseUnknown = (field: string): string =>
  `${field}: is no field of a manifest payout; remove it, or use one of ${Object.keys(shape).join(', ')}`;

// Replies: only what is used is read, and what is used is read leniently. One odd field must not hide a payment.

const text = z.string().min(1).optional().catch(undefined);
const data = z.record(z.string(), z.unknown()).optional().catch(undefined);

/** One payout. Only the id is needed; enums are open; dates are texts, since some are no dates. */
export const payoutSchema = z
  .object({
    id: z.string().min(1),
    type: text,
    status: text,
    account_connection: text,
    amount_in_cents: z.number().optional().catch(undefined),
    date: text,
    user_data: data,
    userdata: data,
    activity: z.array(z.unknown()).optional().catch(undefined),
  })
  .transform((row) => ({
    id: row.id,
    type: row.type,
    status: row.status,
    accountConnection: row.account_connection,
    amountMinor: row.amount_in_cents,
    date: toInstant(row.date),
    // Both spellings are documented. An empty object in one of them tells nothing.
    reference: tagOf(row.user_data) ?? tagOf(row.userdata),
    activity: row.activity,
  }));
export type PayoutRow = z.output<typeof payoutSchema>;

const tagOf = (userData: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  const tag = userData?.[TAG];
  return typeof tag === 'string' ? tag : undefined;
};

/** `2024-14-12T…` stands in the provider's own examples: such a date is unknown, and its row is still a payment. */
function toInstant(date: string | undefined): string | undefined {
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

const count = z.number().int().min(0).optional().catch(undefined);

/** One page. Rows that cannot be read are counted, never dropped in silence. */
export const pageSchema = z
  .object({
    data: z.array(z.unknown()),
    pagination: z.object({ page: count, page_size: count, total: count }).optional().catch(undefined),
  })
  .transform((page) => {
    const rows = page.data.map((row) => payoutSchema.safeParse(row));
    return {
      rows: rows.flatMap(({ data: row }) => (row ? [row] : [])),
      unreadable: rows.filter(({ success }) => !success).length,
      total: page.pagination?.total,
    };
  });
export type Page = z.output<typeof pageSchema>;

/** The answer of a batch: rows in no promised order. */
export const batchSchema = z.object({ payouts: z.array(z.unknown()) }).transform(({ payouts }) =>
  payouts.flatMap((row) => {
    const parsed = payoutSchema.safeParse(row);
    return parsed.success ? [parsed.data] : [];
  }),
);

/** A refusal. `details` names the rows of a batch that it concerns. */
export const refusalSchema = z.object({
  message: text,
  details: z
    .array(z.object({ message: text, request: z.record(z.string(), z.unknown()).optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});
