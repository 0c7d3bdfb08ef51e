/** Whatever a provider or a person wrote, as plain text: it may neither break the table nor show a link that is not ours. */
export function asText(text: string, longest = Infinity): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > longest ? `${line.slice(0, longest)}…` : line;
  return short.replace(/[\\`*_~[\]<>|#!&]/g, '\\$&');
}

export const asCode = (text: string): string => `\`${text.replace(/[`|\s]+/g, ' ')}\``;

/** `2026-12-24 09:00:00 UTC`. */
export function asInstant(instant: string | number): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime())
    ? asText(String(instant))
    : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Rows without a value are left out. */
export const table = (rows: readonly (readonly [name: string, value: string | null])[]): string =>
  ['| | |', '|---|---|', ...rows.flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${value} |`]))].join(
    '\n',
  );
