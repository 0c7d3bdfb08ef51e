import {
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import {
  DecisionRefused,
  InvalidRequest,
  NotFound,
  PayoutsError,
  ReferenceConflict,
  ServerUnreachable,
} from '../payout/errors.js';

/** The library's own error for one that came through Temporal; anything unknown is given back as it is. */
export function toPayoutsError(error: unknown, reference: string): unknown {
  if (error instanceof PayoutsError) return error;
  if (error instanceof WorkflowNotFoundError) return new NotFound(reference);
  if (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError) {
    const failure = innermost(error.cause);
    return failure ? (fromFailure(failure, reference) ?? error) : error;
  }
  if (error instanceof ServiceError)
    return new ServerUnreachable(`the Temporal server did not do it: ${causeOf(error)}`, { cause: error });
  return error;
}

function fromFailure(failure: ApplicationFailure, reference: string): PayoutsError | undefined {
  switch (failure.type) {
    case 'InvalidRequest':
      return new InvalidRequest(failure.message);
    case 'ReferenceConflict':
      return new ReferenceConflict(failure.message);
    case 'DecisionRefused':
      return new DecisionRefused(failure.message);
    case 'NotFound':
      return new NotFound(reference);
    default:
      return undefined;
  }
}

function innermost(error: unknown): ApplicationFailure | undefined {
  let inner = error;
  while (inner instanceof TemporalFailure && !(inner instanceof ApplicationFailure)) inner = inner.cause;
  return inner instanceof ApplicationFailure ? inner : undefined;
}

const causeOf = (error: ServiceError): string => (error.cause instanceof Error ? error.cause.message : error.message);
