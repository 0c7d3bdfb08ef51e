import type { Call, Outcome } from '../../payout/outcome.js';
import type { Permit } from '../pace.js';
import type { ProlificApi } from './api.js';
import { toPayOutcome } from './mapping.js';
import { bulkIdOf } from './pay-path.js';

/** Acceptance is not payment: the bonus follows within minutes. */
export async function payBulk(api: ProlificApi, call: Call, permit?: Permit): Promise<Outcome> {
  const outcome = toPayOutcome(await api.pay(call, permit));
  const providerReference = bulkIdOf(call.path);
  if (outcome.kind !== 'accepted' || providerReference === undefined) return outcome;
  return { ...outcome, seen: { status: 'pending', providerReference } };
}
