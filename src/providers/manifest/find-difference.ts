import type { Call } from '../../payout/outcome.js';
import type { ManifestRequest } from '../../payout/request.js';
import { shorten } from './describe-reply.js';
import { payoutSchema, type PayoutRow } from './schemas.js';

/** What a payout has to be. */
export type Expected = Pick<ManifestRequest, 'reference' | 'amountMinor' | 'accountConnection'>;

/** In what a payout is not the one that was asked for. What its row does not tell is no difference: lists may leave our tag out. */
export function findDifference(payout: PayoutRow, expected: Expected): string | undefined {
  for (const [field, name] of COMPARED) {
    const shown = payout[field];
    if (shown !== undefined && shown !== expected[field])
      return shorten(`${payout.id} has ${name} ${shown}, asked for was ${expected[field]}`);
  }
  return undefined;
}

const COMPARED = [
  ['reference', 'the reference'],
  ['amountMinor', 'the amount'],
  ['accountConnection', 'the account connection'],
] as const;

/** What the paying call asks for, read from its own bytes. */
export function readExpected({ body }: Call): Expected | undefined {
  const asked = payoutSchema.safeParse({ ...parseObject(body), id: 'asked' }).data;
  const { reference, amountMinor, accountConnection } = asked ?? {};
  if (reference === undefined || amountMinor === undefined || accountConnection === undefined) return undefined;
  return { reference, amountMinor, accountConnection };
}

function parseObject(body: string): object | undefined {
  try {
    return JSON.parse(body) as object;
  } catch {
    return undefined;
  }
}
