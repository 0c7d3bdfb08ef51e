import type { HttpResult } from '../http.js';
import { unreadable } from './mapping.js';
import { parsePage } from './read-page.js';
import type { PayoutRow } from './schemas.js';

/** A list, read page by page to its end. Rows that were read stand even where the reading broke off. */
export type Reading =
  | {
      readonly kind: 'read';
      readonly rows: readonly PayoutRow[];
      /** Why rows may be missing. Absent: this is the whole list. */
      readonly gap?: string;
    }
  | {
      readonly kind: 'unreadable';
      readonly rows: readonly PayoutRow[];
      readonly waitingFor: 'operator' | 'provider';
      readonly because: string;
      readonly isNotFound: boolean;
    };

const MOST_PAGES = 200;

/** Goes on to the `total` that the pages tell: how many rows a page may hold is up to Manifest. */
export async function readAll(readPage: (page: number) => Promise<HttpResult>): Promise<Reading> {
  const rows: PayoutRow[] = [];
  const totals = new Set<number | undefined>();
  let unreadableRows = 0;
  for (let number = 1; number <= MOST_PAGES; number += 1) {
    const result = await readPage(number);
    const page = parsePage(result);
    if (!page) {
      const isNotFound = result.kind === 'reply' && result.status === 404;
      return { kind: 'unreadable', rows, ...unreadable(result), isNotFound };
    }
    rows.push(...page.rows);
    unreadableRows += page.unreadable;
    totals.add(page.total);
    const isEmpty = page.rows.length + page.unreadable === 0;
    if (isEmpty || (page.total !== undefined && rows.length + unreadableRows >= page.total)) {
      const gap = findGap(rows, unreadableRows, [...totals]);
      return { kind: 'read', rows, ...(gap === undefined ? {} : { gap }) };
    }
  }
  return { kind: 'read', rows, gap: `the list has more than ${MOST_PAGES} pages` };
}

function findGap(rows: readonly PayoutRow[], unreadableRows: number, totals: readonly (number | undefined)[]) {
  const [total] = totals;
  if (unreadableRows > 0) return `${unreadableRows} of its rows could not be read`;
  if (totals.length > 1) return 'its total changed while it was read';
  if (total === undefined) return 'it does not tell its total';
  if (new Set(rows.map(({ id }) => id)).size < rows.length) return 'a row came twice, so its pages shifted';
  return rows.length === total ? undefined : `it has ${total} rows and showed ${rows.length}`;
}
