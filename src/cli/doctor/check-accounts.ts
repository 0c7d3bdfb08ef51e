import type { ServedAccount } from '../../../activities/deps.js';
import { readServedAccounts } from '../../worker/accounts.js';
import { toTold } from '../errors.js';
import { isSandbox } from '../is-sandbox.js';
import type { Env } from '../temporal.js';
import { good, problem, type Finding } from './finding.js';

/** The credentials of this environment, each tried by a harmless read unless nobody is to be asked, and where they lead. */
export async function checkAccounts(env: Env, { isAsked }: { readonly isAsked: boolean }): Promise<readonly Finding[]> {
  let accounts: readonly ServedAccount[];
  try {
    accounts = readServedAccounts(env);
  } catch (error) {
    return [problem('credentials', toTold(error).message)];
  }
  if (accounts.length === 0) return [good('credentials', 'none in this environment; only workers need them')];
  const tried = isAsked ? await Promise.all(accounts.map(checkAccount)) : accounts.map(toUntried);
  return [...tried, checkHosts(accounts.map(({ account }) => account.host))];
}

const checkOf = ({ provider, name }: ServedAccount): string => `${provider.name}/${name}`;
const whereOf = ({ account: { host } }: ServedAccount): string => `${isSandbox(host) ? 'sandbox' : 'LIVE'}, ${host}`;

const toUntried = (served: ServedAccount): Finding => good(checkOf(served), `${whereOf(served)}: not tried`);

async function checkAccount(served: ServedAccount): Promise<Finding> {
  const { account } = served;
  const [check, where] = [checkOf(served), whereOf(served)];
  try {
    const { ok, message } = await account.check();
    return ok
      ? good(check, `${where}: ${message}`)
      : problem(check, `${where}: ${message.replace(/\.$/, '')}: mend the credentials or the base URL`);
  } catch (error) {
    return problem(check, `${where}: ${toTold(error).message}`);
  }
}

export function checkHosts(hosts: readonly string[]): Finding {
  const live = hosts.filter((host) => !isSandbox(host)).length;
  if (live === 0) return good('base URLs', 'all sandbox: no money moves');
  if (live === hosts.length) return good('base URLs', 'all LIVE: money moves');
  return problem('base URLs', 'sandbox and LIVE mixed in one environment: keep them, and their ledgers, apart');
}
