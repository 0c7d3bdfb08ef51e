import { DefaultLogger, Runtime } from '@temporalio/worker';

/** The SDK tells of errors only. */
export const quietRuntime = (): void =>
  void Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } },
  });
