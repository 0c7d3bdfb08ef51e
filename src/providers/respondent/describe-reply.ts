const LONGEST_MESSAGE = 300;

/** One line for a person: the status, and what Respondent said where a person can read it. No error format is documented. */
export function describeReply({ status, text, json }: { status: number; text: string; json: unknown }): string {
  const words = oneLine(json === undefined ? plainText(text) : wordsOf(json));
  const line = words === '' ? `Respondent answered ${status}` : `Respondent answered ${status}: ${words}`;
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE - 1)}…`;
}

const TELLING = ['message', 'detail', 'error'];

/** The first telling field; `message` may be a list. */
function wordsOf(json: unknown): string {
  if (typeof json === 'string') return json;
  if (Array.isArray(json)) return json.map(wordsOf).filter(Boolean).join('; ');
  if (typeof json !== 'object' || json === null) return '';
  const fields = json as Readonly<Record<string, unknown>>;
  return TELLING.map((field) => wordsOf(fields[field])).find((words) => words !== '') ?? '';
}

/** A page of markup comes from something in between and tells a person nothing. */
const plainText = (text: string): string => (text.trimStart().startsWith('<') ? '' : text);

const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
