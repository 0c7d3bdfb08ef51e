import type { StepInput } from '../src/payout/view.js';
import { recallFacts } from './claim.js';
import type { Deps } from './deps.js';

/** Who has to pay a reference that is already claimed: for a carrier that was started by reference alone. */
export const recall =
  ({ ledger }: Pick<Deps, 'ledger'>) =>
  async ({ reference }: StepInput): Promise<{ readonly provider: string; readonly account: string }> => {
    const { claim } = await ledger.transaction((tx) => recallFacts(tx, reference));
    return { provider: claim.provider, account: claim.account };
  };
