import { InvalidRequest } from '../payout/errors.js';
import type { PayoutRequest } from '../payout/request.js';
import { findProvider, PROVIDERS } from './registry.js';

/** The request in our form, defaults applied. Throws `InvalidRequest` naming every bad field, its problem and the mend. */
export function parseRequest(input: unknown): PayoutRequest {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new InvalidRequest(
      'a request is a JSON object, for example {"reference":"study-42/p-007","provider":"manifest",…}',
    );
  const name = 'provider' in input ? input.provider : undefined;
  const provider = typeof name === 'string' ? findProvider(name) : undefined;
  const known = PROVIDERS.map((one) => one.name).join(', ');
  if (!provider)
    throw new InvalidRequest(
      name === undefined
        ? `provider: is missing; use one of ${known}`
        : `provider: ${JSON.stringify(name)} is not one of ${known}`,
    );
  const parsed = provider.requestSchema.safeParse(input);
  if (parsed.success) return parsed.data as PayoutRequest;
  const problems = parsed.error.issues.map((issue) =>
    issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message,
  );
  throw new InvalidRequest(problems.join('; '));
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
