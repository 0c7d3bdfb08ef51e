import { ConfigError } from '../providers/config-error.js';
import { readTarget, type Env } from './temporal.js';

const VARIABLE = 'PAYOUTS_UI_URL';

/** The address of a payout's page in the Temporal UI; nothing where nobody said where that is. */
export type PageOf = (reference: string) => string | undefined;

/** Throws `ConfigError`. Whether the UI answers there, and has the page, is not asked. */
export function readPageOf(env: Env): PageOf {
  const text = env[VARIABLE];
  if (!text) return () => undefined;
  const isUsable = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[?#]/.test(text);
  if (!isUsable) throw new ConfigError(VARIABLE, 'is no address of a UI: write it like https://temporal.example');
  const base = text.replace(/\/+$/, '');
  const { namespace } = readTarget(env);
  // The id holds a slash, which would be a step of the path.
  return (reference) =>
    `${base}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(`payout/${reference}`)}`;
}
