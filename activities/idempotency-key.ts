import { createHash } from 'node:crypto';

interface Named {
  readonly provider: string;
  readonly account: string;
}

/** Derived from account and reference, so that it survives a reset, a lost ledger and a new run. */
export const makeIdempotencyKey = (
  { provider, account, reference }: Named & { readonly reference: string },
  number: number,
): string => derive([provider, account, reference, number]);

/** Of a call that asks for several payouts: derived from the account and all of their references. */
export const makeSharedKey = ({ provider, account }: Named, references: readonly string[], number: number): string =>
  derive([provider, account, [...references].toSorted(), number]);

/** Formed like a UUID, as the provider's example is. */
function derive(parts: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  const cut = (from: number, to: number) => hash.slice(from, to);
  return [cut(0, 8), cut(8, 12), `8${cut(13, 16)}`, `a${cut(17, 20)}`, cut(20, 32)].join('-');
}
