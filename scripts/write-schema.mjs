// Publishes the request as JSON Schema, so that any language's Temporal SDK can check what it starts.
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { PROVIDERS } from '../dist/src/providers/registry.js';

/** What zod checks by code and cannot tell: the schema's own words would allow anything there. */
const TOLD = {
  amountMinor: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  metadata: { type: 'object' },
  scheduledAt: { type: 'string', format: 'date-time' },
};
const options = { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' };
const oneOf = PROVIDERS.map(({ requestSchema }) => {
  const { $schema: _, ...schema } = z.toJSONSchema(requestSchema, options);
  for (const [field, told] of Object.entries(TOLD))
    if (schema.properties[field]) Object.assign(schema.properties[field], told);
  return schema;
});
const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A payout request',
  description: 'The one argument of the workflow type `payout`, whose id is payout/<reference>.',
  oneOf,
};
await writeFile(new URL('../dist/request.schema.json', import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
