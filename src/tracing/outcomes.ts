import type { ProviderAccount } from '../providers/provider.js';
import type { CurrentStep } from './step.js';

/** The same account; what its paying call did to the money, as far as can be told, is noted on the step. */
export function noteOutcomes(account: ProviderAccount, current: CurrentStep): ProviderAccount {
  const note = (kind: string) => {
    try {
      current.getStore()?.span.setAttribute('payouts.outcome', kind);
    } catch {
      // Whatever a tracer does: what came of a paying call may not be lost by it.
    }
  };
  const { bulk } = account;
  return {
    ...account,
    async pay(...call) {
      const outcome = await account.pay(...call);
      note(outcome.kind);
      return outcome;
    },
    ...(bulk && {
      bulk: {
        ...bulk,
        async pay(...call) {
          const answer = await bulk.pay(...call);
          note(answer.outcome.kind);
          return answer;
        },
      },
    }),
  };
}
