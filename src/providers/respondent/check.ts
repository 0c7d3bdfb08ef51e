import type { RespondentApi } from './api.js';
import { toRead } from './mapping.js';

/** A harmless read that shows whether the credentials work. */
export async function check(api: RespondentApi): Promise<{ readonly ok: boolean; readonly message: string }> {
  const result = await api.readBalances();
  // Not every account has balances. It was let in, which is all that is asked.
  if (result.kind === 'reply' && result.status === 404) return { ok: true, message: 'Respondent is reachable' };
  const read = toRead(result, 'check');
  if (read.kind === 'read') return { ok: true, message: 'Respondent accepts the credentials' };
  return { ok: false, message: read.message };
}
