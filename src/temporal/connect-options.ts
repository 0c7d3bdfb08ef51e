import { loadClientConnectConfig } from '@temporalio/envconfig';

/** Where Temporal is, as the environment and the SDK's own configuration file say. */
export interface TemporalTarget {
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  readonly namespace: string;
  readonly taskQueue: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TLS and API key as the SDK's envconfig does, and PAYOUTS_TASK_QUEUE. */
export function readTemporalTarget(env: Env): TemporalTarget {
  // An empty variable counts as not set: the SDK would take an empty key for a key.
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value)) as Record<string, string>;
  const { connectionOptions, namespace } = loadClientConnectConfig({
    overrideEnvVars: present,
    // Named, and empty: no configuration file at all.
    disableFile: env['TEMPORAL_CONFIG_FILE'] === '',
  });
  return { connectionOptions, namespace: namespace ?? 'default', taskQueue: env['PAYOUTS_TASK_QUEUE'] || 'payouts' };
}
