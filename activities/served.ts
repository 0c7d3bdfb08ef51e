import { createHmac } from 'node:crypto';
import type { Rules } from '../src/payout/decide.js';
import { NotServed } from '../src/payout/errors.js';
import type { Claim } from '../src/payout/facts.js';
import type { Standing } from '../src/ledger/transaction.js';
import type { Deps, ServedAccount } from './deps.js';

/** The account that a payout names. Throws `NotServed`, so that another worker may take the step. */
export function serve({ accounts }: Pick<Deps, 'accounts'>, provider: string, account: string): ServedAccount {
  const served = accounts.find((one) => one.provider.name === provider && one.name === account);
  if (!served) throw new NotServed(`this worker has no credentials for account ${account} of ${provider}`);
  return served;
}

export function rulesFor({ provider, account, timing }: ServedAccount, standing: Standing): Rules {
  return {
    contract: provider.contract,
    scheduling: provider.scheduling,
    guardProven: account.guardProven === true,
    isWatched: provider.isWatched,
    cancelsAtProvider: account.cancel !== undefined,
    credentials: hashCredentials(account.secret, standing.salt),
    timing,
  };
}

/** Tells whether credentials are the same ones, and nothing else about them. */
export function hashCredentials(secret: string, salt: string): string {
  const known = hashes.get(secret);
  if (known?.salt === salt) return known.hash;
  const hash = createHmac('sha256', salt).update(secret).digest('hex').slice(0, 32);
  hashes.set(secret, { salt, hash });
  return hash;
}

/** Asked in every transaction, of the few accounts that a worker serves. */
const hashes = new Map<string, { readonly salt: string; readonly hash: string }>();

export const accountOf = ({ provider, name, account }: ServedAccount) => ({
  provider: provider.name,
  account: name,
  host: account.host,
});

/** Why this worker may not act on a claim, or nothing. Another host is another payment. */
export function hostDiffers(claim: Claim, { account }: ServedAccount): string | undefined {
  if (claim.host === account.host) return undefined;
  return `it was claimed for ${claim.host}, and this worker is configured for ${account.host}: mend the base URL`;
}
