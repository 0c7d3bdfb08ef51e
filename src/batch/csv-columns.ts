import { z } from 'zod';
import { findProvider, PROVIDERS } from '../providers/registry.js';

/** A column for amounts in major units, beside the field of minor ones. */
export const AMOUNT = 'amount';
/** What we write beside a bad row. It is passed over, so that the file can be mended and given again. */
export const ERROR = 'error';

/** What a CSV may have as columns: the fields of every provider's request, the common ones first, and `amount`. */
export function csvColumns(): readonly string[] {
  return [...new Set(PROVIDERS.flatMap(({ name }) => fieldsOf(name))), AMOUNT];
}

const known = new Map<string, readonly string[]>();

/** The fields of a provider's request; none where there is no such provider. */
export function fieldsOf(provider: string): readonly string[] {
  const fields = known.get(provider) ?? readFields(provider);
  known.set(provider, fields);
  return fields;
}

function readFields(provider: string): readonly string[] {
  const schema = findProvider(provider)?.requestSchema;
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties);
}
