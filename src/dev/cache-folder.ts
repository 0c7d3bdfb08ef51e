import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where things are kept that take long to get and can be got again. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const own = env['PAYOUTS_CACHE_DIR'];
  if (own) return resolve(own);
  const shared = env['XDG_CACHE_HOME'];
  // The XDG rules say that a relative path there is to be ignored.
  return join(shared && isAbsolute(shared) ? shared : join(env['HOME'] || homedir(), '.cache'), 'temporal-payouts');
}
