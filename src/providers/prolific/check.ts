import type { ProlificApi } from './api.js';
import { toAnswer } from './mapping.js';

/** A harmless read that shows whether the token works. */
export async function check(api: ProlificApi): Promise<{ readonly ok: boolean; readonly message: string }> {
  const result = await api.readMe();
  // Tokens of some accounts have no user page. They were let in, which is all that is asked.
  if (result.kind === 'reply' && result.status === 404) return { ok: true, message: 'Prolific is reachable' };
  const answer = toAnswer(result, 'check');
  if (answer.kind === 'answered') return { ok: true, message: 'Prolific accepts the token' };
  return { ok: false, message: answer.message };
}
