import type { HttpResult } from '../http.js';
import { refusalSchema } from './schemas.js';

/** One line for a person: the status, and what Manifest said. */
export function describeReply({ status, json }: HttpResult & { kind: 'reply' }): string {
  if (status === 200) return 'Manifest answered 200 with a body that could not be read';
  const refusal = refusalSchema.safeParse(json).data;
  const words = [refusal?.message, ...(refusal?.details ?? []).map(({ message }) => message)];
  const said = words.filter((word) => word !== undefined).join(' ');
  return shorten(said === '' ? `Manifest answered ${status}` : `Manifest answered ${status}: ${said}`);
}

const MOST_CHARACTERS = 300;

/** One line, capped, of characters that the database takes: an outcome that cannot be written down would be a doubt. */
export function shorten(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim();
  if (line.length <= MOST_CHARACTERS) return line;
  return `${line.slice(0, MOST_CHARACTERS - 1).replace(/\p{Cs}$/u, '')}…`;
}
