export { PayoutsClient, type ConnectOptions, type PayoutsClientOptions } from './payouts-client.js';
export { PayoutHandle } from './payout-handle.js';
export type { ListedPayout } from './with-settled-by.js';
export { batchOf } from './batch-of.js';
export { readDataConverter } from '../temporal/data-converter.js';
export {
  BatchConflict,
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
export type {
  ManifestRequest,
  PayoutRequest,
  PayoutRequestInput,
  ProlificRequest,
  RespondentRequest,
} from '../payout/request.js';
export { STATUSES, WAITS, type Status, type WaitingFor } from '../payout/status.js';
export type {
  BatchContent,
  BatchDescription,
  Batches,
  BatchProgress,
  BatchRow,
  BatchStarted,
  KeptRow,
} from '../batch/engine.js';
export type { Listed, ListFilter } from '../ledger/read.js';
export type { Show, ShownChange, ShownExchange } from '../payout/show.js';
export type { CancelResult } from '../payout/view.js';
export type {
  CancelMessage,
  ChangeMessage,
  RescheduleMessage,
  ResolveMessage,
  ResumeMessage,
} from '../../workflows/messages.js';
