import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { readEncryptionKeys } from './encryption-keys.js';
import { createPayloadCodec } from './payload-codec.js';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * How everything of ours travels through Temporal: encrypted where PAYOUTS_ENCRYPTION_KEYS is set, plain otherwise. Give it to a
 * `Client` or a `Worker` of your own. Throws `ConfigError`.
 */
export function readDataConverter(env: Env = process.env): DataConverter {
  const keys = readEncryptionKeys(env);
  const payloadCodecs = [createPayloadCodec(keys)];
  return keys ? { payloadCodecs, failureConverterPath: FAILURE_CONVERTER_PATH } : { payloadCodecs };
}

export const isEncrypting = (env: Env): boolean => readEncryptionKeys(env) !== undefined;

const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('failure-converter.cjs', import.meta.url));
