import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { ENCRYPTED_ENCODING } from '../payout/encrypted.js';
import { KEYS_VARIABLE, type EncryptionKeys } from './encryption-keys.js';

/** Thrown when a payload cannot be read with the keys at hand. Names the variable and the key's id. */
export class DecryptionError extends Error {
  override readonly name = 'DecryptionError';
  readonly code = 'decryption';
}

const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const { Payload: WirePayload } = proto.temporal.api.common.v1;

/**
 * Encrypts each payload with its metadata by AES-256-GCM. What is not encrypted passes, on its way in as it is: histories from before
 * the keys, and what a person sends from the UI. Without keys it encrypts nothing, and still tells of what it cannot read.
 *
 * @param tell for a worker: what a workflow was sent and cannot be decrypted is told here and handed on as it is. Whoever needs its content
 * fails the workflow's task, which is tried again until a worker has the key; a signal goes on without. Otherwise it is thrown.
 */
export function createPayloadCodec(
  keys: EncryptionKeys | undefined,
  tell?: (error: DecryptionError, workflowId: string) => void,
): PayloadCodec {
  return {
    encode: async (payloads) => (keys ? payloads.map((payload) => encrypt(payload, keys)) : payloads),
    decode: async (payloads, context) =>
      payloads.map((payload) => {
        if (!isEncrypted(payload)) return payload;
        try {
          return decrypt(payload, keys);
        } catch (error) {
          if (!tell || context?.type !== 'workflow' || !(error instanceof DecryptionError)) throw error;
          tell(error, context.workflowId);
          return payload;
        }
      }),
  };
}

function encrypt(payload: Payload, { current, byId }: EncryptionKeys): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, byId.get(current) as Buffer, iv);
  const data = Buffer.concat([iv, cipher.update(WirePayload.encode(payload).finish()), cipher.final()]);
  return {
    metadata: { encoding: Buffer.from(ENCRYPTED_ENCODING), [KEY_ID]: Buffer.from(current) },
    data: Buffer.concat([data, cipher.getAuthTag()]),
  };
}

function decrypt(payload: Payload, keys: EncryptionKeys | undefined): Payload {
  const id = textOf(payload.metadata?.[KEY_ID]);
  if (!keys)
    throw new DecryptionError(
      `a payload is encrypted with key ${id}, and ${KEYS_VARIABLE} is not set: set it as it is where the payout was started`,
    );
  const key = keys.byId.get(id);
  if (!key)
    throw new DecryptionError(
      `a payload is encrypted with key ${id}, which ${KEYS_VARIABLE} does not hold (it has ${[...keys.byId.keys()].join(', ')}): ` +
        'add it after the first; a key is needed as long as anything encrypted with it is kept',
    );
  const data = payload.data ?? new Uint8Array();
  try {
    const decipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(data.subarray(-TAG_BYTES));
    const wire = Buffer.concat([decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return WirePayload.decode(wire);
  } catch {
    throw new DecryptionError(
      `a payload says that it is encrypted with key ${id}, and the key of that id in ${KEYS_VARIABLE} does not open it: ` +
        'it is another key under the same id, or the payload was altered',
    );
  }
}

const isEncrypted = ({ metadata }: Payload): boolean => textOf(metadata?.['encoding']) === ENCRYPTED_ENCODING;

const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();
