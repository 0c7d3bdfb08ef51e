import type { SubmitInput } from '../src/payout/view.js';
import { parseRequest } from '../src/providers/parse-request.js';
import { expectSameContent, recallFacts } from './claim.js';
import type { Deps } from './deps.js';

/** Tells whether a second start of a reference asks for the same. Throws `ReferenceConflict` naming the fields that differ. */
export const compare =
  ({ ledger }: Pick<Deps, 'ledger'>) =>
  async ({ reference, request }: SubmitInput): Promise<void> => {
    const parsed = parseRequest(request);
    expectSameContent(await ledger.transaction((tx) => recallFacts(tx, reference)), parsed);
  };
