import { ConfigError } from '../providers/config-error.js';
import { PROVIDERS } from '../providers/registry.js';
import type { WebhookAccount } from '../providers/webhook.js';

/** One account whose deliveries are taken. Of a provider only the webhook is kept: nothing here can reach what pays. */
export interface Receiving {
  readonly provider: string;
  readonly account: string;
  readonly webhook: WebhookAccount;
  readonly challenge?: string;
  /** A watcher reads its lists for all payouts: it alone is woken. */
  readonly isWatched: boolean;
}

/** The accounts that there are webhook secrets for. Throws `ConfigError` naming the variables where there is none. */
export function readReceiving(env: Readonly<Record<string, string | undefined>>): readonly Receiving[] {
  const webhooks = PROVIDERS.flatMap(({ name, webhook, isWatched }) =>
    webhook ? [{ provider: name, webhook, isWatched }] : [],
  );
  const receiving = webhooks.flatMap(({ provider, webhook, isWatched }) =>
    [...webhook.readAccounts(env)].map(([account, read]) => ({
      provider,
      account,
      isWatched,
      webhook: read,
      ...(webhook.challenge === undefined ? {} : { challenge: webhook.challenge }),
    })),
  );
  if (receiving.length > 0) return receiving;
  const sets = webhooks.map(({ webhook }) => webhook.variables.join(' and '));
  throw new ConfigError(
    sets.join(', or '),
    'none is set, so no delivery could be told from a forged one; set one of them',
  );
}
