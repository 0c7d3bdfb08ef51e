import { ApplicationFailure } from '@temporalio/common';
import { PayoutsError, type ErrorCode } from '../src/payout/errors.js';

/** What no other worker and no later try can change. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'InvalidRequest',
  'ReferenceConflict',
  'BatchConflict',
  'NotFound',
  'DecisionRefused',
]);

/** Wraps a step so that only small, safe failures reach the history: no bodies, no credentials, no stack of somebody's client. */
export const asFailure =
  <Input extends unknown[], Output>(step: (...input: Input) => Promise<Output>) =>
  async (...input: Input): Promise<Output> => {
    try {
      return await step(...input);
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      const type = error instanceof PayoutsError ? error.code : error instanceof Error ? error.name : 'Error';
      const message = error instanceof Error ? error.message : 'unknown error';
      const nonRetryable = error instanceof PayoutsError && FINAL.has(error.code);
      throw ApplicationFailure.create({ type, message, nonRetryable });
    }
  };
