const DEADLINE_EXCEEDED = 4;

/** Whether a call was given up because its time had passed: nobody answered, which says nothing about what was done. */
export function isDeadline(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner.name === 'WorkflowUpdateRPCTimeoutOrCancelledError') return true;
    if ('code' in inner && inner.code === DEADLINE_EXCEEDED) return true;
  }
  return false;
}
