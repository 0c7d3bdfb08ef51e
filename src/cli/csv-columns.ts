import { z } from 'zod';
import { PROVIDERS } from '../providers/registry.js';

/** The fields of every provider's request, the common ones first: what a CSV may have as columns. */
export function csvColumns(): readonly string[] {
  const fields = PROVIDERS.map(({ requestSchema }) => {
    const { properties = {} } = z.toJSONSchema(requestSchema, { io: 'input', unrepresentable: 'any' });
    return Object.keys(properties);
  });
  return [...new Set(fields.flat())];
}
