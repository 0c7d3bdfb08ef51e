import { defaultPayloadConverter, type RawValue } from '@temporalio/common';

/** What somebody sent who may have sent anything. Stands for an input that nobody can read; it has no fields. */
export const UNREADABLE = 'unreadable';

/** The input of a signal, as well as it can be read: JSON under another name is JSON all the same. Never throws. */
export function readSignal(raw: RawValue | undefined): unknown {
  if (raw === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(raw.payload);
  } catch {
    return readAsJson(raw);
  }
}

function readAsJson({ payload }: RawValue): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload.data ?? new Uint8Array())) as unknown;
  } catch {
    return UNREADABLE;
  }
}
