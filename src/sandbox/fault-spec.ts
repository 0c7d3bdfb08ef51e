import { z } from 'zod';

export const FAULT_KINDS = [
  /** The connection breaks before the request is handled. No effect. */
  'no_connection',
  /** The effect is made, then the connection breaks without a reply. */
  'reply_lost',
  /** 5xx without effect. */
  'error_before',
  /** The effect is made, then 5xx. */
  'error_after',
  /** 429, with `afterEffect` after the effect was made. */
  'rate_limited',
  /** The request hangs until the client gives up, with `afterEffect` after the effect was made. */
  'never_answers',
  /** The effect is made; the real status, but a body that nobody can parse. */
  'garbage_body',
  /** `delayMs` before the request is handled; with `afterEffect` the reply drips for that long instead. */
  'slow',
  /** The given `status` without effect, or with `afterEffect` after it. */
  'status',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultSpec {
  readonly provider: string;
  /** A route id such as `POST /payout`, or `*` for the whole provider. */
  readonly route: string;
  readonly kind: FaultKind;
  /** Hits only requests with this text in their path or body, such as a reference: tests that run side by side keep apart by it. */
  readonly about?: string;
  /** How many requests it hits. Unless given: one, or every one where there is a probability. */
  readonly times: number | 'always';
  /** Matching requests that pass before it begins, counted from when it was added: 1 hits the second. */
  readonly skip: number;
  readonly probability?: number;
  readonly afterEffect: boolean;
  readonly delayMs?: number;
  readonly status?: number;
}

/** What is written down to add a fault, in code as in JSON. */
export type FaultInput = Pick<FaultSpec, 'provider' | 'kind'> & Partial<FaultSpec>;

/** Thrown when a fault cannot mean what was written. */
export class FaultSpecError extends Error {
  override readonly name = 'FaultSpecError';
  readonly code = 'fault_spec';
}

/** Reads a fault, with the defaults applied. Throws `FaultSpecError` naming the field and the mend. */
export function parseFaultSpec(input: unknown): FaultSpec {
  const parsed = faultSchema.safeParse(input);
  if (!parsed.success) throw new FaultSpecError(parsed.error.issues.map(describeIssue).join('; '));
  const { times, ...spec } = parsed.data;
  const problem = findMismatch(spec);
  if (problem !== undefined) throw new FaultSpecError(problem);
  return withoutUndefined({ ...spec, times: times ?? (spec.probability === undefined ? 1 : 'always') });
}

const TAKES_AFTER_EFFECT: ReadonlySet<FaultKind> = new Set(['rate_limited', 'never_answers', 'slow', 'status']);
const SERVER_ERRORS: ReadonlySet<FaultKind> = new Set(['error_before', 'error_after']);

const faultSchema = z.strictObject({
  provider: z.string().min(1),
  route: z.string().min(1).default('*'),
  kind: z.enum(FAULT_KINDS),
  about: z.string().min(1).optional(),
  times: z.union([z.literal('always'), z.int().min(1)], 'must be a whole number from 1, or "always"').optional(),
  skip: z.int().min(0).default(0),
  probability: z.number().gt(0).max(1).optional(),
  afterEffect: z.boolean().default(false),
  delayMs: z.int().min(1).max(600_000).optional(),
  status: z.int().min(200).max(599).optional(),
});

/** A setting that its kind would ignore is refused: a test that believes in it would prove nothing. */
function findMismatch(
  spec: Pick<FaultSpec, 'kind' | 'afterEffect'> & { delayMs?: unknown; status?: number | undefined },
) {
  const { kind, afterEffect, delayMs, status } = spec;
  if (afterEffect && !TAKES_AFTER_EFFECT.has(kind)) return `afterEffect: kind "${kind}" takes none; leave it out`;
  if (kind === 'slow' && delayMs === undefined) return 'delayMs: kind "slow" needs it; add milliseconds';
  if (kind !== 'slow' && delayMs !== undefined) return `delayMs: kind "${kind}" takes none; leave it out`;
  if (kind === 'status' && status === undefined) return 'status: kind "status" needs it; add an HTTP status';
  if (SERVER_ERRORS.has(kind) && status !== undefined && status < 500) {
    return `status: kind "${kind}" takes 500 to 599; use kind "status" for ${status}`;
  }
  if (kind !== 'status' && !SERVER_ERRORS.has(kind) && status !== undefined) {
    return `status: kind "${kind}" takes none; leave it out`;
  }
  return undefined;
}

const describeIssue = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: unknown; leave it out`;
  return `${issue.path.join('.') || 'fault'}: ${issue.message}`;
};

function withoutUndefined(spec: { [K in keyof FaultSpec]: FaultSpec[K] | undefined }): FaultSpec {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as unknown as FaultSpec;
}
