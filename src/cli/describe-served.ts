import type { PayoutsWorker } from '../worker/create-worker.js';
import { isSandbox } from './is-sandbox.js';
import { readTarget, type Env } from './temporal.js';

/** What a worker serves, without any secret. */
export interface Served {
  readonly address: string;
  readonly namespace: string;
  readonly taskQueues: readonly string[];
  readonly accounts: readonly { readonly provider: string; readonly account: string; readonly host: string }[];
}

export function toServed(env: Env, { accounts, taskQueues }: Pick<PayoutsWorker, 'accounts' | 'taskQueues'>): Served {
  const { connectionOptions, namespace } = readTarget(env);
  return {
    address: connectionOptions.address ?? 'localhost:7233',
    namespace,
    taskQueues,
    accounts: accounts.map(({ provider, name, account }) => ({
      provider: provider.name,
      account: name,
      host: account.host,
    })),
  };
}

export function describeServed({ address, namespace, taskQueues, accounts }: Served): string {
  const [workflows, ...queues] = taskQueues;
  return [
    `serves namespace ${namespace} on ${address}`,
    `  ${workflows}  workflows, and the ledger's steps`,
    ...accounts.map(({ provider, account, host }, index) => {
      const kind = isSandbox(host) ? 'sandbox' : 'LIVE';
      return `  ${queues[index]}  ${provider}, account ${account}: ${kind}, ${host}`;
    }),
    ...(accounts.length === 0 ? ['  no account: the environment holds no credentials of any provider'] : []),
  ].join('\n');
}
