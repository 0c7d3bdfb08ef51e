import type { Facts } from '../../src/payout/facts.js';
import type { Sighting } from '../../src/payout/outcome.js';
import type { BulkCalls } from '../../src/providers/provider.js';
import { askedAt, toQuery } from '../look-up.js';

/** One reading of the provider's records for several payouts. Who is not found in it is not proven to be absent. */
export async function lookTogether(
  reads: Pick<BulkCalls, 'lookUp'>,
  about: readonly Facts[],
): Promise<ReadonlyMap<string, Sighting>> {
  const found = await reads.lookUp(about.map((facts) => toQuery({ facts, controls: [] })));
  return new Map(
    about.map((facts) => {
      const { reference } = facts.claim;
      return [reference, askedAt(found.get(reference) ?? NOT_FOUND, facts.nowMs)];
    }),
  );
}

const NOT_FOUND: Sighting = {
  kind: 'absent',
  proven: false,
  because: 'the newest of the records do not show it, which proves nothing',
};
