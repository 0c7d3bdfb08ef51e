import { MOST_HINTS, type Hint } from '../payout/watch-input.js';
import type { About } from '../providers/webhook.js';
import type { Receiving } from './accounts.js';
import type { Counts } from './counts.js';
import type { Log } from './log.js';
import type { Nudge } from './nudge.js';
import { createHints } from './hints.js';
import { createSpaced } from './spaced.js';
import type { WakeQueue } from './wake-queue.js';

type Account = Pick<Receiving, 'provider' | 'account'>;

/** The open payouts that a delivery may be about. Nothing where there is no ledger to ask: then nobody knows. */
export type FindPayouts = (account: Account, about: About) => Promise<readonly string[]> | undefined;

export interface WakerDeps {
  readonly nudge: Nudge;
  readonly find: FindPayouts;
  readonly queue: WakeQueue;
  readonly counts: Counts;
  readonly log: Log;
  /** How long one wake may take. */
  readonly withinMs: number;
}

/** Puts into the queue whom a delivery wakes, and returns at once. */
export interface Waker {
  /** Wakes the account's watcher, and tells it which payout has changed. */
  watcher(account: Account, about?: About): void;
  payout(account: Account, about: About): void;
  /** Puts into the queue also what would have waited for its turn. */
  flush(): void;
}

/** A watcher reads lists: asked twice in a second, it would read the same twice. */
const WATCHER_EVERY_MS = 1_000;

export function createWaker({ nudge, find, queue, counts, log, withinMs }: WakerDeps): Waker {
  const hints = createHints(MOST_HINTS);
  const offer = (account: Account, key: readonly string[], isAlwaysTaken: boolean, work: () => Promise<void>) => {
    const run = () => within(withinMs, work()).catch((error: unknown) => tellLost(account, error));
    const offered = queue.offer({ key: JSON.stringify(key), isAlwaysTaken, run });
    if (offered === 'merged') counts.wakes.merged += 1;
    if (offered === 'full') tellDropped(account);
  };
  const tellDropped = (account: Account): void => {
    counts.wakes.dropped += 1;
    log.warn(fieldsOf(account), 'too many deliveries at once: a payout was not woken, and looks by itself in a while');
  };
  const tellLost = (account: Account, error: unknown): void => {
    counts.wakes.lost += 1;
    const why = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
    log.warn({ ...fieldsOf(account), error: why }, 'nobody was woken: the payout looks by itself in a while');
  };
  const wakePayouts = async (account: Account, about: About): Promise<void> => {
    const { reference } = about;
    const references = isReference(reference) ? [reference] : ((await find(account, about)) ?? []);
    const heard = await Promise.all(references.map((one) => nudge.payout(one)));
    const woken = heard.filter((one) => one === 'heard').length;
    counts.wakes.payout += woken;
    if (woken === 0) counts.wakes.unknownPayout += 1;
    for (const [index, one] of references.entries())
      if (heard[index] === 'heard') log.info({ ...fieldsOf(account), reference: one }, 'woke a payout');
  };

  const keepHint = (account: Account, about: About): void => {
    const kept = hints.keep(nameOf(account), toHint(about));
    if (kept === 'merged') counts.wakes.merged += 1;
    if (kept === 'full') tellDropped(account);
  };
  const wakeWatcher = async (account: Account): Promise<void> => {
    const told = hints.take(nameOf(account));
    try {
      await nudge.watcher(account.provider, account.account, told);
    } catch (error) {
      // The next one brings them.
      for (const hint of told) hints.keep(nameOf(account), hint);
      throw error;
    }
    counts.wakes.watcher += 1;
    const found = await Promise.all(told.flatMap((hint) => find(account, hint) ?? []));
    counts.wakes.unknownPayout += found.filter(({ length }) => length === 0).length;
  };

  const spaced = createSpaced(WATCHER_EVERY_MS);
  return {
    watcher(account, about) {
      if (about) keepHint(account, about);
      const now = () => offer(account, keyOf(account), true, () => wakeWatcher(account));
      if (spaced.call(nameOf(account), now) === 'merged') counts.wakes.merged += 1;
    },
    flush: () => spaced.flush(),
    payout: (account, about) =>
      offer(account, [...keyOf(account), nameOfPayout(about)], false, () => wakePayouts(account, about)),
  };
}

const fieldsOf = ({ provider, account }: Account) => ({ provider, account });
const keyOf = ({ provider, account }: Account) => [provider, account];
const nameOf = (account: Account): string => keyOf(account).join('/');
/** Two deliveries that name the same reference want the same wake, whatever else they name. */
const nameOfPayout = (about: About): string => (isReference(about.reference) ? about.reference : JSON.stringify(about));

const toHint = ({ reference, providerReference }: About): Hint => ({
  ...(isReference(reference) ? { reference } : {}),
  ...(providerReference === undefined ? {} : { providerReference }),
});

/** Anybody may have put anything into what a provider hands on. */
const isReference = (reference: string | undefined): reference is string =>
  reference !== undefined && /^[A-Za-z0-9._:/-]{1,200}$/.test(reference);

/** A place in the queue is given back in time, also where a connection hangs. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
