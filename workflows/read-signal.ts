import { defaultPayloadConverter, type RawValue } from '@temporalio/common';
import { patched, workflowInfo } from '@temporalio/workflow';
import { ENCRYPTED_ENCODING } from '../src/payout/encrypted.js';

/** What somebody sent who may have sent anything. Stands for an input that nobody can read; it has no fields. */
export const UNREADABLE = 'unreadable';
/** The same of one that is encrypted with a key that the worker lacked. */
export const ENCRYPTED = 'encrypted';

/** The input of a signal, as well as it can be read: JSON under another name is JSON all the same. Never throws. */
export function readSignal(raw: RawValue | undefined): unknown {
  if (raw === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(raw.payload);
  } catch {
    return readAsJson(raw);
  }
}

/**
 * Reads the signals of a payout, in the order in which they came. One that was not opened when it was heard stays so, although the key is
 * there when the history is replayed: what follows from a signal must not change afterwards.
 */
export function signalReader(): (raw: RawValue | undefined) => unknown {
  let heard = 0;
  return (raw) => {
    heard += 1;
    return wasUnopened(raw, `unopened-signal-${heard}`) ? ENCRYPTED : readSignal(raw);
  };
}

/** Writes a mark into the history where it is so. */
function wasUnopened(raw: RawValue | undefined, mark: string): boolean {
  const isUnopened = textOf(raw?.payload.metadata?.['encoding']) === ENCRYPTED_ENCODING;
  if (!isUnopened && !workflowInfo().unsafe.isReplaying) return false;
  if (patched(mark)) return true;
  // No refusal: it was read when it was heard, and what followed from it can be replayed only with its key.
  if (isUnopened)
    throw new Error('a signal that was read before cannot be decrypted: PAYOUTS_ENCRYPTION_KEYS lacks its key');
  return false;
}

const textOf = (bytes: Uint8Array | null | undefined): string => new TextDecoder().decode(bytes ?? new Uint8Array());

function readAsJson({ payload }: RawValue): unknown {
  try {
    return JSON.parse(textOf(payload.data)) as unknown;
  } catch {
    return UNREADABLE;
  }
}
