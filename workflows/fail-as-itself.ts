import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** A refused start or decision fails with its own type, not with the step's. */
export function failAsItself(error: unknown): never {
  throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
}
