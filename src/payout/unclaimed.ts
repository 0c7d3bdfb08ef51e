import type { PayoutInput } from './view.js';
import type { Show } from './show.js';

/** How a payout looks between its start and its claim: accepted by Temporal, and nothing else yet. */
export function toUnclaimed(input: PayoutInput & { readonly provider: string }): Show {
  const { reference, provider, account = 'default', amountMinor, currency, scheduledAt } = input;
  return {
    reference,
    provider,
    account,
    status: 'created',
    waitingFor: 'nothing',
    evidence: 'started; not claimed yet',
    providerReference: null,
    amountMinor: typeof amountMinor === 'number' ? amountMinor : null,
    currency: typeof currency === 'string' ? currency : 'USD',
    scheduledAt: typeof scheduledAt === 'string' ? scheduledAt : null,
    cancelableUntil: null,
    exchanges: [],
    history: [],
  };
}
