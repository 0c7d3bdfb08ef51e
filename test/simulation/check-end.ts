import { MOMENT_MS } from './checks.js';
import { longestLagMs } from './plan.js';
import type { World } from './world.js';

const SEEN_BY_NOW_MS = 2 * 3_600_000;
/** The sweep comes every five minutes, and leaves alone who is less than two minutes late. */
const FOUND_BY_NOW_MS = 8 * 60_000;

/** A group is left alone for a quarter of an hour, since a batch starts its groups one after another. */
const GROUP_FOUND_BY_NOW_MS = 21 * 60_000;

/** The schedule is over: what is wrong now stays wrong. */
export async function checkEnd(world: World): Promise<void> {
  const { ledger, plan, checks } = world;
  if (checks.breaches.size > 0) await audit(world);
  for (const { reference } of plan.requests) {
    if (checks.journal.active(reference) > 1) checks.broken(reference, 'paid twice');
    if (!ledger.references().includes(reference)) continue;
    checks.ruled(reference);
    if (checks.breaches.size > 0) expectSeen(world, reference);
    else if (ledger.events(reference).some(({ isBreak }) => isBreak))
      checks.violated(reference, 'a break is recorded although no assumption was broken');
    expectCarried(world, reference);
  }
}

/** One more look at everything, as a webhook or a reconciliation would make it. */
async function audit({ engine, kernel, ledger, plan }: World): Promise<void> {
  // Whatever was paid last has become visible by then.
  let isVisible = false;
  kernel.plan(kernel.nowMs + longestLagMs(plan) + MOMENT_MS, () => (isVisible = true));
  await kernel.run(Number.POSITIVE_INFINITY, () => isVisible);
  for (const { reference } of plan.requests) {
    if (!ledger.references().includes(reference)) continue;
    let isOver = false;
    void engine.take({ name: 'look_up', input: { reference } }, () => true).then(() => (isOver = true));
    await kernel.run(kernel.nowMs + 600_000, () => isOver);
  }
}

/** An assumption was broken. What came of it may be wrong, but somebody must be able to see that. */
function expectSeen(world: World, reference: string): void {
  const { ledger, checks } = world;
  const wrong = findWrong(world, reference);
  const isSeen =
    ledger.facts(reference).state.status === 'in_doubt' || ledger.events(reference).some(({ isBreak }) => isBreak);
  if (wrong !== undefined && !isSeen)
    checks.violated(reference, `${wrong}, and nobody can see it (${[...checks.breaches].join('; ')})`);
}

/** What is not as the ledger says, where the provider's records can tell. */
function findWrong({ ledger, plan, checks: { journal } }: World, reference: string): string | undefined {
  const { status } = ledger.facts(reference).state;
  const active = journal.active(reference);
  const namesReferences = plan.provider === 'manifest';
  const sentAtMs = ledger.events(reference).find((event) => event.status === 'sent')?.atMs;
  // Records that name no reference tell of a second payment only as long as the payout holds its subject's lane: what shows after
  // `sent` may be the next payout's.
  const isHidden = !namesReferences && sentAtMs !== undefined && journal.shownOurs(reference, sentAtMs) < 2;
  if (active > 1 && !isHidden) return 'paid twice';
  if ((status === 'error' || status === 'canceled') && active > 0) return `${status} although it is paid`;
  // Of a wrong "it was paid" Prolific's records tell nothing, for they prove no absence.
  if (status === 'sent' && active + journal.paidByOthers(reference) === 0 && plan.provider !== 'prolific')
    return 'sent although nothing was paid';
  const openedAtMs = ledger.exchanges(reference)[0]?.openedAtMs;
  if (openedAtMs === undefined || sentAtMs === undefined) return undefined;
  const beforeMs = sentAtMs - 1_000;
  const isShared =
    journal.shownOurs(reference, beforeMs, openedAtMs) > 0 && journal.showsOthers(reference, beforeMs, openedAtMs);
  return isShared ? 'paid by us and by somebody else, both shown before it was called sent' : undefined;
}

/** Nothing waits unseen: it has ended, or somebody will act on it. */
function expectCarried(world: World, reference: string): void {
  const { ledger, kernel, plan, checks } = world;
  if (!ledger.isOpen(reference)) return;
  const { status, waitingFor, evidence } = ledger.facts(reference).state;
  const nextAtMs = ledger.nextAtMs(reference) ?? Infinity;
  const group = ledger.groupOf(reference);
  const isCarried = (world.carrierOf(reference) ?? world.groupCarrierOf(group)) !== undefined;
  const foundByNowMs = group === null ? FOUND_BY_NOW_MS : GROUP_FOUND_BY_NOW_MS;
  if (!isCarried && nextAtMs < kernel.nowMs - foundByNowMs)
    checks.violated(reference, `forgotten: ${status}, and nobody carries it`);
  const others = plan.requests.filter((one) => one.reference !== reference);
  if (waitingFor === 'lane' && others.every((one) => !ledger.isOpen(one.reference)))
    checks.violated(reference, 'waits in a lane behind nobody');
  const canBeSeen = plan.echo !== 'none' && plan.listsNothing !== true && checks.breaches.size === 0;
  if (canBeSeen && status !== 'sent' && checks.journal.shows(reference, kernel.nowMs - SEEN_BY_NOW_MS))
    checks.violated(reference, `shown as paid for hours and not seen: ${status}, ${evidence}`);
}
