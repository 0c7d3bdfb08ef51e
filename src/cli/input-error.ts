import type { Problem } from '../batch/problem.js';

export type { Problem } from '../batch/problem.js';

/** Thrown when an input holds anything that cannot be started. Then nothing of it is. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    source: string,
    readonly problems: readonly Problem[],
  ) {
    super(summarize(source, problems));
  }
}

function summarize(source: string, problems: readonly Problem[]): string {
  const [first, ...others] = problems.map(describeProblem);
  return others.length === 0
    ? `${source}: ${first}`
    : `${source}: ${problems.length} problems, nothing was started: mend them`;
}

export const describeProblem = ({ place, message }: Problem): string =>
  place === '' ? message : `${place}: ${message}`;
