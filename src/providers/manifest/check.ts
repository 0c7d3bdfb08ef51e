import type { ManifestApi } from './api.js';
import { unreadable } from './mapping.js';

/** A read that shows whether the credentials work. */
export async function check(api: ManifestApi): Promise<{ readonly ok: boolean; readonly message: string }> {
  const result = await api.list(1, 1);
  if (result.kind === 'reply' && result.status === 200) return { ok: true, message: 'Manifest takes the credentials' };
  return { ok: false, message: unreadable(result).because };
}
