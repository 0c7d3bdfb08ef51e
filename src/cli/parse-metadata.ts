import { InvalidArgumentError } from 'commander';
import type { JsonObject } from '../payout/json.js';

/** A JSON object from the command line. */
export function parseMetadata(text: string): JsonObject {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new InvalidArgumentError('It has to be a JSON object, for example {"wave":"3"}.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
