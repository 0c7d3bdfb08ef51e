import type { DataConverter } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import { readDataConverter } from '../temporal/data-converter.js';
import { readEncryptionKeys } from '../temporal/encryption-keys.js';
import { createPayloadCodec } from '../temporal/payload-codec.js';

/**
 * The data converter for a worker: a signal that cannot be decrypted stops no payout, and is refused; an input that cannot be waits until
 * a worker has its key. What it could not decrypt it tells in the log of Temporal's runtime. For a `Client` take `readDataConverter`.
 * Throws `ConfigError`.
 */
export function readWorkerDataConverter(
  env: Readonly<Record<string, string | undefined>> = process.env,
): DataConverter {
  const codec = createPayloadCodec(readEncryptionKeys(env), ({ message }, workflowId) =>
    Runtime.instance().logger.warn(message, { workflowId }),
  );
  return { ...readDataConverter(env), payloadCodecs: [codec] };
}
