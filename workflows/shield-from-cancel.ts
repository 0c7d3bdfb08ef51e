import { CancellationScope } from '@temporalio/workflow';

/**
 * Temporal's Cancel is heard as a wish, and ends no step, timer or message of this workflow. It means the same as
 * `CancellationScope.nonCancellable` around all of it, which in Node 20 would switch on the tracking of every promise of the worker's
 * thread, for as long as one such workflow is cached.
 */
export function shieldFromCancel(): void {
  Object.assign(CancellationScope.current(), { cancellable: false } satisfies Partial<CancellationScope>);
}
