/** ISO 4217 gives most currencies two digits after the point; these have others. `Intl` is no help: its HUF and IDR have none. */
const OTHERS: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
]);

const KNOWN: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('currency'), ...OTHERS.keys()]);

/** How many digits the minor unit has: 2 for USD, 0 for JPY, 3 for KWD. Nothing where the code is none. */
export const digitsOf = (currency: string): number | undefined =>
  KNOWN.has(currency) ? (OTHERS.get(currency) ?? 2) : undefined;
