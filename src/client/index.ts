export { PayoutsClient, type PayoutsClientOptions } from './payouts-client.js';
export { PayoutHandle } from './payout-handle.js';
export {
  DecisionRefused,
  ERROR_CODES,
  InvalidRequest,
  LedgerMismatch,
  LedgerNotAccepted,
  LedgerSchema,
  LedgerUnreachable,
  NotFound,
  NotServed,
  PayoutsError,
  ReferenceConflict,
  ServerUnreachable,
  type ErrorCode,
} from '../payout/errors.js';
export type { ManifestRequest, PayoutRequest, ProlificRequest, RespondentRequest } from '../payout/request.js';
export { STATUSES, WAITS, type Status, type WaitingFor } from '../payout/status.js';
export type { Show, ShownChange, ShownExchange } from '../payout/show.js';
export type { CancelResult } from '../payout/view.js';
