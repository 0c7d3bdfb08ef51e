import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** `examples/payouts.csv` of this package, wherever it is called from. */
export const exampleFile = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('temporal-payouts/package.json')), 'examples', 'payouts.csv');
