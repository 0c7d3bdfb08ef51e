import type { HttpResult } from '../http.js';
import { unreadable } from './mapping.js';
import { pageSchema, type PayoutRow } from './schemas.js';

/** A list, read page by page to its end. Rows that were read stand even where the reading broke off. */
export type Reading =
  | { readonly kind: 'read'; readonly rows: readonly PayoutRow[]; readonly isWhole: boolean }
  | {
      readonly kind: 'unreadable';
      readonly rows: readonly PayoutRow[];
      readonly waitingFor: 'operator' | 'provider';
      readonly because: string;
    };

const MOST_PAGES = 500;

/** `isWhole` is false where a row was unreadable, the count does not fit, or the list is too long to be read. */
export async function readAll(readPage: (page: number) => Promise<HttpResult>): Promise<Reading> {
  const rows: PayoutRow[] = [];
  let unreadableRows = 0;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const result = await readPage(page);
    const parsed = result.kind === 'reply' && result.status === 200 ? pageSchema.safeParse(result.json).data : undefined;
    if (!parsed) return { kind: 'unreadable', rows, ...unreadable(result) };
    rows.push(...parsed.rows);
    unreadableRows += parsed.unreadable;
    const read = rows.length + unreadableRows;
    const isEnd = parsed.rows.length + parsed.unreadable === 0 || (parsed.total !== undefined && read >= parsed.total);
    if (!isEnd) continue;
    const distinct = new Set(rows.map(({ id }) => id)).size;
    const isWhole = unreadableRows === 0 && distinct === rows.length && parsed.total === rows.length;
    return { kind: 'read', rows, isWhole };
  }
  return { kind: 'read', rows, isWhole: false };
}
