import { differingFields } from '../../src/providers/parse-request.js';
import { claimOf } from '../claim.js';
import type { GroupDeps } from '../group/input.js';
import { serve } from '../served.js';
import { expectStanding } from '../standing.js';

export interface ClaimRowsInput {
  readonly batchId: string;
  readonly provider: string;
  readonly account: string;
  readonly ledgerId?: string;
}

const PAGE = 1_000;

/**
 * Claims the rows of one account, before any of them is paid. A row whose reference stands for something else is refused, and says of
 * nothing else; one that somebody claimed alike goes on as it is.
 */
export const claimRows =
  (deps: GroupDeps) =>
  async ({ batchId, provider, account, ledgerId }: ClaimRowsInput): Promise<{ readonly ledgerId: string }> => {
    const served = serve(deps, provider, account);
    for (;;) {
      const { rows, standing } = await deps.ledger.transaction(async (tx) => {
        const current = await expectStanding(tx, ledgerId);
        const unclaimed = await tx.unclaimedRows(batchId, { provider, account }, PAGE);
        const claimed = new Set(
          await tx.claimAll(
            unclaimed.map(({ request, carrier }) => ({ ...claimOf(request, served, current), carrier })),
          ),
        );
        const left = unclaimed.filter(({ reference }) => !claimed.has(reference));
        const twins = [];
        for (const { reference } of left) {
          const twin = await tx.caseTwin(reference);
          // Without one, somebody claimed this very reference at the same moment: it is compared below.
          if (twin !== undefined)
            twins.push({ reference, refusal: `reference: differs only in case from ${twin}; choose another` });
        }
        await tx.refuseRows(batchId, twins);
        return { rows: unclaimed.length, standing: current };
      });
      if (rows === 0) {
        await refuseOthers(deps, { batchId, provider, account });
        return { ledgerId: standing.ledgerId };
      }
    }
  };

async function refuseOthers(
  { ledger }: GroupDeps,
  { batchId, provider, account }: Omit<ClaimRowsInput, 'ledgerId'>,
): Promise<void> {
  await ledger.transaction(async (tx) => {
    const suspects = await tx.suspectRows(batchId, { provider, account });
    const refusals = suspects.flatMap(({ reference, request, claimed }) => {
      const fields = differingFields(claimed, request);
      if (fields.length === 0) return [];
      return [{ reference, refusal: `is already claimed with another ${fields.join(', ')}; choose a new reference` }];
    });
    await tx.refuseRows(batchId, refusals);
  });
}
