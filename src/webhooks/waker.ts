import type { About } from '../providers/webhook.js';
import type { Receiving } from './accounts.js';
import type { Counts } from './counts.js';
import type { Log } from './log.js';
import type { Nudge } from './nudge.js';
import { createSpaced } from './spaced.js';
import type { WakeQueue } from './wake-queue.js';

type Account = Pick<Receiving, 'provider' | 'account'>;

/** The open payouts that a delivery may be about; nothing where there is no ledger to ask. */
export type FindPayouts = (account: Account, about: About) => Promise<readonly string[]>;

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
  watcher(account: Account): void;
  payout(account: Account, about: About): void;
  /** Puts into the queue also what would have waited for its turn. */
  flush(): void;
}

/** A watcher reads lists: asked twice in a second, it would read the same twice. */
const WATCHER_EVERY_MS = 1_000;

export function createWaker({ nudge, find, queue, counts, log, withinMs }: WakerDeps): Waker {
  const offer = (account: Account, key: readonly string[], isAlwaysTaken: boolean, work: () => Promise<void>): void => {
    const run = () => within(withinMs, work()).catch((error: unknown) => tellLost(account, error));
    const offered = queue.offer({ key: JSON.stringify(key), isAlwaysTaken, run });
    if (offered === 'merged') counts.wakes.merged += 1;
    if (offered !== 'full') return;
    counts.wakes.dropped += 1;
    log.warn(fieldsOf(account), 'too many payouts wait to be woken: the watcher is woken alone');
  };
  const tellLost = (account: Account, error: unknown): void => {
    counts.wakes.lost += 1;
    const why = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';
    log.warn({ ...fieldsOf(account), error: why }, 'nobody was woken: the payout looks by itself in a while');
  };
  const wakePayouts = async (account: Account, about: About): Promise<void> => {
    const { reference } = about;
    const references = isReference(reference) ? [reference] : await find(account, about);
    const heard = await Promise.all(references.map((one) => nudge.payout(one)));
    const woken = heard.filter((one) => one === 'heard').length;
    counts.wakes.payout += woken;
    if (woken === 0) counts.wakes.unknownPayout += 1;
    for (const [index, one] of references.entries())
      if (heard[index] === 'heard') log.info({ ...fieldsOf(account), reference: one }, 'woke a payout');
  };
  const wakeWatcher = async ({ provider, account }: Account): Promise<void> => {
    const heard = await nudge.watcher(provider, account);
    counts.wakes[heard === 'heard' ? 'watcher' : 'noWatcher'] += 1;
  };

  const spaced = createSpaced(WATCHER_EVERY_MS);
  return {
    watcher(account) {
      const now = () => offer(account, keyOf(account), true, () => wakeWatcher(account));
      if (spaced.call(keyOf(account).join('/'), now) === 'merged') counts.wakes.merged += 1;
    },
    flush: () => spaced.flush(),
    payout: (account, about) =>
      offer(account, [...keyOf(account), nameOf(about)], false, () => wakePayouts(account, about)),
  };
}

const fieldsOf = ({ provider, account }: Account) => ({ provider, account });
/** Two deliveries that name the same reference want the same wake, whatever else they name. */
const nameOf = (about: About): string => (isReference(about.reference) ? about.reference : JSON.stringify(about));

const keyOf = ({ provider, account }: Account) => [provider, account];

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
