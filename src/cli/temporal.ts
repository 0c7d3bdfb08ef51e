import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import { ServerUnreachable } from '../payout/errors.js';
import { readTemporalTarget, type TemporalTarget } from '../temporal/connect-options.js';
import { readDataConverter } from '../temporal/data-converter.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import { findRefusal } from './find-refusal.js';

export type Env = Readonly<Record<string, string | undefined>>;

export interface Temporal {
  readonly address: string;
  readonly connection: Connection;
  readonly client: Client;
  readonly target: TemporalTarget;
}

const CONNECT_WITHIN_MS = 4_000;

/** Connects as the environment says. Throws `ServerUnreachable` within seconds where nobody answers. */
export async function connectTemporal(
  env: Env,
  withinMs = CONNECT_WITHIN_MS,
  workflow: WorkflowClientInterceptor[] = [],
): Promise<Temporal> {
  const target = readTarget(env);
  const dataConverter = readDataConverter(env);
  const { address = 'localhost:7233' } = target.connectionOptions;
  const refuse = (why: string): never => {
    throw new ServerUnreachable(`the Temporal server at ${address} cannot be reached (${why}): check TEMPORAL_ADDRESS`);
  };
  const refusal = await findRefusal(address, env);
  if (refusal !== undefined) refuse(refusal);
  const connection = await Connection.connect({ ...target.connectionOptions, address, connectTimeout: withinMs }).catch(
    (error: unknown) => refuse(error instanceof Error ? error.message : 'unknown error'),
  );
  const client = new Client({ connection, namespace: target.namespace, dataConverter, interceptors: { workflow } });
  return { address, connection, client, target };
}

/** Where Temporal is. Throws where the SDK's configuration file or a certificate that it names cannot be read. */
export function readTarget(env: Env): TemporalTarget {
  try {
    return readTemporalTarget(env);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown error';
    throw new CliError('Config', `the Temporal settings cannot be read (${why}): mend TEMPORAL_…`, EXIT.usage);
  }
}
