import { errorChain } from './error-chain.js';

const DEADLINE_EXCEEDED = 4;
const FAILED_PRECONDITION = 9;

/** Whether a call was given up because its time had passed: nobody answered, which says nothing about what was done. */
export const isDeadline = (error: unknown): boolean =>
  errorChain(error).some(
    (one) => one.name === 'WorkflowUpdateRPCTimeoutOrCancelledError' || codeOf(one) === DEADLINE_EXCEEDED,
  );

/** Whether a query found no worker: none in time, or none for so long that the server did not even wait. */
export const isUnanswered = (error: unknown): boolean =>
  isDeadline(error) || errorChain(error).some((one) => codeOf(one) === FAILED_PRECONDITION);

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);
