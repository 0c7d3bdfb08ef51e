import { sql } from 'kysely';
import { compareWithLedger } from '../../src/sandbox/agreement.js';
import { mostRequests } from '../../src/sandbox/most-requests.js';
import { toDelay, type Delay } from './delays.js';
import { providerOf, referenceOf, type ProviderName } from './mix.js';
import type { SleepingOptions } from './options.js';
import { readWakeUps } from './wake-ups.js';
import type { World } from './world.js';

/** How the payouts of one account were paid. Seconds, but for the counts. */
export interface AccountResult {
  readonly payouts: number;
  /** 0: any number. */
  readonly requestsPerSecondAllowed: number;
  /** In any second, from the first start to the end, as the requests arrived. */
  readonly mostRequestsInASecond: number;
  readonly requestsWhenDue: number;
  /** From the due instant to the firing of the timer, and to the workflow's asking for the step; of a sample. */
  readonly timerFired?: Delay;
  readonly stepAsked?: Delay;
  /** From the due instant to the payment; of Manifest, which pays by itself, to our writing that down. */
  readonly paid: Delay;
  /** The part of it that the limit alone needs: so many requests were made before, at so many a second. */
  readonly ofItTheLimit: Delay;
  /** The rest: lanes, steps and a busy machine. */
  readonly ofItTheRest: Delay;
  readonly mostEvents?: number;
}

const SECOND_MS = 1_000;
const SAMPLE = 200;

export async function measureAccount(
  world: World,
  name: ProviderName,
  { payouts, requestsPerSecond }: SleepingOptions,
  dueAtMs: number,
): Promise<AccountResult> {
  const references = Array.from({ length: payouts }, (_, index) => index)
    .filter((index) => providerOf(index) === name)
    .map(referenceOf);
  const requests = world.sandbox.requests().filter(({ provider }) => provider === name);
  const whenDue = requests.map(({ atMs }) => atMs).filter((atMs) => atMs >= dueAtMs);
  const paidAtMs = name === 'manifest' ? await readWritten(world, name) : readPaid(world, name);
  const delays = paidAtMs.map((atMs) => {
    const made = countUntil(whenDue, atMs);
    const paid = atMs - dueAtMs;
    const limit = requestsPerSecond === 0 ? 0 : (made / requestsPerSecond) * SECOND_MS;
    return { paid, limit: Math.min(paid, limit) };
  });
  return {
    payouts: references.length,
    requestsPerSecondAllowed: requestsPerSecond,
    mostRequestsInASecond: mostRequests(requests, SECOND_MS),
    requestsWhenDue: whenDue.length,
    ...(name === 'manifest' ? {} : await measureWakeUps(world, references, dueAtMs)),
    paid: toDelay(delays.map(({ paid }) => paid)),
    ofItTheLimit: toDelay(delays.map(({ limit }) => limit)),
    ofItTheRest: toDelay(delays.map(({ paid, limit }) => paid - limit)),
  };
}

async function measureWakeUps(world: World, references: readonly string[], dueAtMs: number) {
  const every = Math.max(1, Math.floor(references.length / SAMPLE));
  const sample = references.filter((_, index) => index % every === 0);
  const wakeUps = await readWakeUps(world, sample, dueAtMs);
  return {
    timerFired: toDelay(wakeUps.map(({ firedAtMs }) => firedAtMs - dueAtMs)),
    stepAsked: toDelay(wakeUps.map(({ askedAtMs }) => askedAtMs - dueAtMs)),
    mostEvents: Math.max(...wakeUps.map(({ events }) => events)),
  };
}

const readPaid = ({ sandbox }: World, name: ProviderName): readonly number[] =>
  sandbox
    .journal()
    .filter(({ provider }) => provider === name)
    .map(({ at }) => Date.parse(at));

async function readWritten({ ledger }: World, name: ProviderName): Promise<readonly number[]> {
  const { rows } = await sql<{ atMs: number }>`
    select epoch_ms(min(e.at)) as "atMs" from events e join claims c using (reference)
    where c.provider = ${name} and e.status = 'sent' group by e.reference`.execute(ledger.db);
  return rows.map(({ atMs }) => atMs);
}

/** How many of these instants, which are in order, are not after the given one. */
function countUntil(times: readonly number[], atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Every payout was paid, and once: what was really paid agrees with the ledger. */
export async function judge({ ledger, sandbox }: World, payouts: number) {
  const { agrees, counts } = await compareWithLedger(ledger.db, sandbox.journal());
  const paid = sandbox.journal().filter(({ state }) => state === 'paid').length;
  return { paidOnce: agrees && counts.agrees === payouts && paid === payouts, payments: paid, verdicts: counts };
}
