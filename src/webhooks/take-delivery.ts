import type { Delivery, RawDelivery } from '../providers/webhook.js';
import type { Receiving } from './accounts.js';
import type { Counts } from './counts.js';
import type { Log } from './log.js';
import type { SeenDeliveries } from './seen-deliveries.js';
import type { Waker } from './waker.js';

export interface DeliveryDeps {
  readonly seen: SeenDeliveries;
  readonly waker: Waker;
  readonly counts: Counts;
  readonly log: Log;
  readonly nowMs: () => number;
  /** How old a signed delivery may be. Longer than a provider goes on trying. */
  readonly oldestMs: number;
}

/** How far the provider's clock may be ahead of ours. */
const AHEAD_MS = 5 * 60_000;

/**
 * Judges one delivery and wakes whom it concerns; never waits for anybody. Whatever is genuine is answered 200: the same bytes would
 * be no better the next time, and a provider that hears of errors sends them again and again, then closes the webhook.
 */
export function takeDelivery(deps: DeliveryDeps, receiving: Receiving, raw: RawDelivery): 200 | 401 {
  const { counts, log, waker } = deps;
  const about = { provider: receiving.provider, account: receiving.account };
  if (!receiving.webhook.isGenuine(raw)) {
    counts.deliveries.unauthorized += 1;
    log.warn(about, 'refused a delivery with other credentials or another signature: check the webhook secret');
    return 401;
  }
  const delivery = receiving.webhook.read(parse(raw.body));
  const fate = judge(deps, receiving, raw, delivery);
  counts.deliveries[fate] += 1;
  log.info({ ...about, bytes: raw.body.length }, `took a delivery: ${fate}`);
  wake(waker, receiving, fate, delivery);
  return 200;
}

/** Where a watcher reads for all payouts, it alone is woken, and tells those that changed: each of them need not look for itself. */
function wake(waker: Waker, receiving: Receiving, fate: Fate, delivery: Delivery): void {
  const about = fate === 'accepted' && delivery.kind === 'payout' ? delivery.about : undefined;
  if (!receiving.isWatched) {
    if (about) waker.payout(receiving, about);
    return;
  }
  // Somebody told us that something changed, if not what: a look at the lists finds it.
  if (about || fate === 'unreadable') waker.watcher(receiving, about);
}

type Fate = 'accepted' | 'duplicate' | 'stale' | 'other' | 'unreadable';

function judge(
  { seen, nowMs, oldestMs }: DeliveryDeps,
  { provider, account }: Receiving,
  { body }: RawDelivery,
  delivery: Delivery,
): Fate {
  if (delivery.kind === 'other') return 'other';
  const { id, alike = 1, signedAtMs = nowMs() } = delivery.kind === 'payout' ? delivery : {};
  const ageMs = nowMs() - signedAtMs;
  if (ageMs > oldestMs || ageMs < -AHEAD_MS) return 'stale';
  const name = id === undefined ? body : JSON.stringify(id);
  if (seen.isRepeat([provider, account, name], alike)) return 'duplicate';
  return delivery.kind === 'payout' ? 'accepted' : 'unreadable';
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
