import type { HttpResult } from '../http.js';

/** For what is said about a reply, which is kept and shown: some repeat the header that they were sent. */
export function hideToken(result: HttpResult, token: string): HttpResult {
  if (result.kind !== 'reply' || !result.text.includes(token)) return result;
  const text = result.text.replaceAll(token, '[token]');
  return { ...result, text, json: parseOrNothing(text) };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
