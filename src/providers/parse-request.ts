import type { z } from 'zod';
import { InvalidRequest } from '../payout/errors.js';
import type { PayoutRequest } from '../payout/request.js';
import { findProvider, PROVIDERS } from './registry.js';

/** What is wrong with a request; `field` is the one to blame, where it is one. */
export interface FieldProblem {
  readonly field?: string;
  readonly message: string;
}

/** The request in our form, defaults applied. Throws `InvalidRequest` naming every bad field, its problem and the mend. */
export function parseRequest(input: unknown): PayoutRequest {
  const checked = checkRequest(input);
  if ('request' in checked) return checked.request;
  throw new InvalidRequest(checked.problems.map(({ message }) => message).join('; '));
}

/** The same, with the problems one by one. */
export function checkRequest(
  input: unknown,
): { readonly request: PayoutRequest } | { readonly problems: readonly FieldProblem[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return refuse('a request is a JSON object, for example {"reference":"study-42/p-007","provider":"manifest",…}');
  const name = 'provider' in input ? input.provider : undefined;
  const provider = typeof name === 'string' ? findProvider(name) : undefined;
  const known = PROVIDERS.map((one) => one.name).join(', ');
  if (!provider)
    return refuse(
      name === undefined
        ? `provider: is missing; use one of ${known}`
        : `provider: ${JSON.stringify(name)} is not one of ${known}`,
      'provider',
    );
  const parsed = provider.requestSchema.safeParse(input);
  return parsed.success ? { request: parsed.data as PayoutRequest } : { problems: parsed.error.issues.map(toProblem) };
}

const refuse = (message: string, field?: string) => ({
  problems: [field === undefined ? { message } : { field, message }],
});

function toProblem(issue: z.core.$ZodIssue): FieldProblem {
  const [field] = issue.path;
  if (field !== undefined) return { field: String(field), message: `${issue.path.join('.')}: ${issue.message}` };
  // Of unknown fields the message names them itself.
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  return unknown === undefined ? { message: issue.message } : { field: unknown, message: issue.message };
}

/** The names of the fields in which two requests of one reference differ. `metadata` is not content. */
export function differingFields(claimed: PayoutRequest, repeated: PayoutRequest): readonly string[] {
  const [before, after] = [reparsed(claimed), repeated].map((request) => request as unknown as Record<string, unknown>);
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  fields.delete('metadata');
  return [...fields].filter((field) => before?.[field] !== after?.[field]).sort();
}

/** By today's schema, so that a default added since does not make an old request differ from itself. */
function reparsed(claimed: PayoutRequest): PayoutRequest {
  const parsed = findProvider(claimed.provider)?.requestSchema.safeParse(claimed);
  return parsed?.success ? (parsed.data as PayoutRequest) : claimed;
}
