import type { ServedAccount } from '../../activities/deps.js';
import { PROVIDERS } from '../providers/registry.js';
import { readTiming } from './timing.js';

/** Every account that the environment holds credentials for. Throws `ConfigError` where one is incomplete. */
export function readServedAccounts(env: Readonly<Record<string, string | undefined>>): readonly ServedAccount[] {
  return PROVIDERS.flatMap((provider) => {
    const timing = readTiming(env, provider);
    return [...provider.readConfig(env)].map(([name, config]) => ({
      provider,
      name,
      timing,
      account: provider.connect(config, { httpTimeoutMs: timing.httpTimeoutMs }),
    }));
  });
}
