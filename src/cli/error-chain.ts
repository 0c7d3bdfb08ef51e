/** An error and its causes, the outermost first. */
export function errorChain(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...errorChain(error.cause)] : [];
}
