/** Thrown when a server of the embedded stack does not come up. Carries what it printed last. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  readonly code = 'server_start';
  constructor(
    readonly server: string,
    problem: string,
    readonly lastLines: readonly string[],
  ) {
    super([`${server} did not start: ${problem}`, ...lastLines].join('\n  '));
  }
}
