import { rowSchema, paidSchema, type PaidRow } from './schemas.js';

/** How often one screener response was paid, as the project's list of payments shows it. */
export type Counts =
  | {
      readonly kind: 'counted';
      readonly count: number;
      /** The payments in the order in which they were made; absent where that cannot be told. */
      readonly payments?: readonly PaidRow[];
      /** No row of the list was unreadable. */
      readonly isWhole: boolean;
    }
  /** Our own row is there and cannot be trusted, or a row that may be ours cannot be read. */
  | { readonly kind: 'unreadable'; readonly because: string };

/** Only paid participants are listed, so a missing row means 0. One bad row of another participant hides nothing. */
export function countPayments(list: unknown, screenerResponseId: string): Counts {
  // An object may be a page of a list, and a row that is missing on one page proves nothing.
  if (!Array.isArray(list)) return unreadable('the list of payments is no list');
  const rows = rowsOf(list);
  const isWhole = rows.every((row) => row?.numberOfPayouts !== undefined);
  const own = rows.filter((row) => row?.screenerResponseId === screenerResponseId);
  if (own.length === 0) {
    const mayBeOurs = rows.some((row) => row?.screenerResponseId === undefined);
    return mayBeOurs
      ? unreadable('a row of the list does not say whose it is')
      : { kind: 'counted', count: 0, payments: [], isWhole };
  }
  const [count, ...others] = [...new Set(own.map((row) => row?.numberOfPayouts))];
  if (count === undefined || others.length > 0)
    return unreadable(`the row of ${screenerResponseId} has no clear count`);
  const listed = own[0]?.payouts;
  if (listed && listed.length > count) {
    return unreadable(`the row of ${screenerResponseId} counts ${count} payments and lists ${listed.length}`);
  }
  const payments = listed && inOrder(listed, count);
  return { kind: 'counted', count, ...(payments ? { payments } : {}), isWhole };
}

/** Every payment of the project whose parts can be read and add up. */
export function listPayments(list: unknown): readonly PaidRow[] {
  if (!Array.isArray(list)) return [];
  const payments = rowsOf(list).flatMap((row) => row?.payouts ?? []);
  return payments.flatMap((payment) => paidSchema.safeParse(payment).data ?? []);
}

type Row = ReturnType<typeof rowSchema.safeParse>['data'];

/** One list tells of all who were paid in a project, and may be asked about each of them. */
const parsed = new WeakMap<readonly unknown[], readonly Row[]>();

function rowsOf(list: readonly unknown[]): readonly Row[] {
  const known = parsed.get(list);
  if (known) return known;
  const rows = list.map((row) => rowSchema.safeParse(row).data);
  parsed.set(list, rows);
  return rows;
}

function inOrder(listed: readonly unknown[], count: number): readonly PaidRow[] | undefined {
  const payments = listed.flatMap((payment) => paidSchema.safeParse(payment).data ?? []);
  if (payments.length !== count) return undefined;
  return payments.sort((a, b) => a.createdAtMs - b.createdAtMs);
}

const unreadable = (because: string): Counts => ({ kind: 'unreadable', because });
