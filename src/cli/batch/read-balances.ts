import type { Group } from '../../batch/summarize.js';
import type { Balance } from '../../providers/balance.js';
import { readServedAccounts } from '../../worker/accounts.js';
import { toTold } from '../errors.js';
import type { Env } from '../temporal.js';

export interface AccountBalance {
  readonly provider: string;
  readonly account: string;
  readonly balance: Balance;
}

/** What the accounts of a file can still pay. Only workers need credentials; where this environment has some too, it can be asked. */
export function readBalances(env: Env, groups: readonly Group[]): Promise<readonly AccountBalance[]> {
  const names = new Map(groups.map(({ provider, account }) => [`${provider}/${account}`, { provider, account }]));
  return Promise.all(
    [...names.values()].map(async ({ provider, account }) => ({
      provider,
      account,
      balance: await readBalance(env, provider, account),
    })),
  );
}

async function readBalance(env: Env, provider: string, account: string): Promise<Balance> {
  try {
    const served = readServedAccounts(env).find((one) => one.provider.name === provider && one.name === account);
    if (!served) return unread('no credentials here; workers have them');
    return (await served.account.balance?.()) ?? unread('the provider tells none');
  } catch (error) {
    return unread(toTold(error).message);
  }
}

const unread = (because: string): Balance => ({ kind: 'unread', because });
