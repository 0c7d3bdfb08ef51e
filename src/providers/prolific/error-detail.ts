const LONGEST_DETAIL = 300;

/**
 * What Prolific says about a refusal, whichever of its error shapes it uses: `{error:{title,detail}}`, `{message,detail}`,
 * `{detail}`, `{type,issues}` or a bare string. Empty where it says nothing a person could read.
 */
export function describeRefusal(reply: { readonly text: string; readonly json: unknown }): string {
  const said = reply.json === undefined ? plainText(reply.text) : wordsOf(reply.json);
  return shorten(said);
}

/** One line, capped, of characters that every database takes: an outcome that cannot be written down is a doubt. */
export function shorten(text: string): string {
  const line = text.replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim();
  if (line.length <= LONGEST_DETAIL) return line;
  return `${line.slice(0, LONGEST_DETAIL - 1).replace(/\p{Cs}$/u, '')}…`;
}

const TELLING = ['error', 'title', 'message', 'type', 'detail', 'issues'];

function wordsOf(json: unknown): string {
  if (typeof json === 'string') return json;
  if (!isObject(json)) return '';
  const source = isObject(json['error']) ? json['error'] : json;
  const told = TELLING.map((field) => source[field]).filter(
    (part) => part !== undefined && part !== null && part !== '',
  );
  return told.length > 0 ? [...new Set(told.map(inWords))].join(': ') : inWords(json);
}

/** `detail` is any JSON at all: a string, an object by field, a list. */
const inWords = (part: unknown): string => (typeof part === 'string' ? part : JSON.stringify(part));

/** A page of markup comes from something in between and tells a person nothing. */
const plainText = (text: string): string => (text.trimStart().startsWith('<') ? '' : text);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
