import type { Call } from '../../payout/outcome.js';
import type { ManifestRequest } from '../../payout/request.js';
import { composeUserData } from './user-data.js';

/** The paying call. Its bytes are written down and repeated exactly: another body under the same key is refused. */
export const composeCall = (request: ManifestRequest): Call => ({
  method: 'POST',
  path: '/payout',
  body: JSON.stringify(composeBody(request)),
});

export function composeBody(request: ManifestRequest) {
  const { accountConnection, amountMinor, description, scheduledAt } = request;
  return {
    account_connection: accountConnection,
    amount_in_cents: amountMinor,
    ...(description === undefined ? {} : { description }),
    ...(scheduledAt === undefined ? {} : { date: scheduledAt }),
    user_data: composeUserData(request),
  };
}
