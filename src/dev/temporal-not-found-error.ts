/** Thrown when there is no Temporal server on this machine and none could be downloaded or built. Says what to do. */
export class TemporalNotFoundError extends Error {
  override readonly name = 'TemporalNotFoundError';
  readonly code = 'temporal_not_found';
  constructor(
    readonly reasons: readonly string[],
    cacheFolder: string,
  ) {
    super(
      [
        'There is no Temporal server here, and none could be had:',
        `  - PATH: no program "temporal" that runs`,
        `  - cache: none in ${cacheFolder}`,
        ...reasons.map((reason) => `  - ${reason}`),
        'Do one of these, then try again:',
        '  - install the Temporal CLI (https://docs.temporal.io/cli) so that "temporal" is on PATH',
        '  - install Go 1.25 or newer so that "go" is on PATH: the server is then built once',
      ].join('\n'),
    );
  }
}
