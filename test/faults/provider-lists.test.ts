import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxPayout } from '../../src/providers/manifest/sandbox-payouts.js';
import { until } from '../support/until.js';
import { manifestRequest, PAYING_ROUTES, shortId } from '../support/requests.js';
import { startPayouts, withPayouts, type TestStack } from '../support/stack.js';
import { readWaits, untilEvidence } from './support/evidence.js';
import { HASTY, HASTY_SETTLED_MS } from './support/times.js';

/**
 * Manifest after the key window: the same key is forgotten at once, so that a repeat which rests on a wrong absence really pays
 * twice. What is wrong with the lists of an account connection stands in its name.
 */
const FORGETFUL = { rememberKeysMs: 1, mostRows: 2 } as const;
const AFTER_WINDOW = { ...HASTY, PAYOUTS_KEY_WINDOW_MS: '1' } as const;
const ROUTE = { provider: 'manifest', route: PAYING_ROUTES.manifest } as const;

const isAbout = (what: string, { accountConnection }: SandboxPayout): boolean =>
  accountConnection.startsWith(`acon_${what}`);
const isDoubted = ({ description }: SandboxPayout): boolean => description === 'the doubted one';

/** Longer than the first looks take, shorter than the settle time. */
const LAG_MS = 1_500;

/** The list of all payouts holds those of every other test as well, and shows them as they are. */
let isListOfAll = false;
let readingsOfShift = 0;
let pagesOfSwap = 0;

function listed(rows: readonly SandboxPayout[], page: number): readonly SandboxPayout[] {
  const shown = rows.filter((row) => !isAbout('lag', row) || !isDoubted(row) || Date.now() >= row.createdAtMs + LAG_MS);
  const [newest] = shown;
  isListOfAll = shown.some(({ accountConnection }) => accountConnection !== newest?.accountConnection);
  if (isListOfAll) return shown;
  if (newest && isAbout('shift', newest) && isDoubted(newest)) return shift(shown, page);
  if (newest && isAbout('swap', newest) && isDoubted(newest)) return swap(shown, newest);
  return shown;
}

/**
 * Between the pages of every other reading ours comes and another vanishes: it has as many rows as it says, and ours is in none.
 */
function shift(rows: readonly SandboxPayout[], page: number): readonly SandboxPayout[] {
  if (page === 1) readingsOfShift += 1;
  return page === 1 && readingsOfShift % 2 === 1 ? rows.slice(1) : rows.filter((_, index) => index !== 1);
}

/** Each reading is whole by itself and shows another row; ours comes late. */
function swap(rows: readonly SandboxPayout[], { createdAtMs }: SandboxPayout): readonly SandboxPayout[] {
  if (Date.now() >= createdAtMs + HASTY_SETTLED_MS + 1_500) return rows;
  return [rows[(pagesOfSwap += 1) % 2 === 0 ? 1 : 2] as SandboxPayout];
}

function row(shown: unknown, payout: SandboxPayout): unknown {
  if (isAbout('silent', payout)) return { ...(shown as object), user_data: {} };
  const isBad =
    !isListOfAll &&
    ((isAbout('bad', payout) && isDoubted(payout)) || (isAbout('neighbour', payout) && !isDoubted(payout)));
  return isBad ? 'a row that nobody can read' : shown;
}

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({ manifest: { ...FORGETFUL, listed, row }, env: AFTER_WINDOW });
});
afterAll(() => stack?.stop());

/** A payout in doubt, in the list of an account connection where `others` were paid before. */
async function startDoubted(what: string, others: number, kind: 'reply_lost' | 'no_connection') {
  const accountConnection = `acon_${what}_${shortId()}`;
  const controls = Array.from({ length: others }, () => manifestRequest({ accountConnection }));
  for (const control of controls) expect(await stack.pay(control)).toMatchObject({ status: 'sent' });
  const request = manifestRequest({ accountConnection, description: 'the doubted one' });
  stack.sandbox.faults.add({ ...ROUTE, about: request.reference, kind });
  const handle = await stack.payouts.start(request);
  const references = [request, ...controls].map(({ reference }) => reference);
  return { request, handle, expectAgreement: () => stack.expectAgreement(...references) };
}

const BY_ADA = { by: 'ada', evidence: 'seen in the dashboard' } as const;

describe('after the key window, a payout that was paid unseen', () => {
  it.concurrent('is found in lists that lag behind, before its absence is believed', async () => {
    const { request, handle, expectAgreement } = await startDoubted('lag', 1, 'reply_lost');
    const ended = await handle.result();
    expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
    expect(stack.payments(request)).toHaveLength(1);
    await expectAgreement();
  });

  it.concurrent(
    'is not paid again where the lists do not echo our tag: nobody can know, so a person is asked',
    async () => {
      const { request, handle, expectAgreement } = await startDoubted('silent', 1, 'reply_lost');
      await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      // Its list may have grown while it was read, by the tests beside it; the next look says what stays.
      const doubted = await until(
        () => stack.show(request.reference),
        ({ waitingFor, evidence }) =>
          waitingFor === 'person' && evidence.includes('which proves nothing: the list does not show our tags'),
      );
      expect(doubted.status).toBe('in_doubt');
      expect(doubted.exchanges).toHaveLength(1);
      await handle.resolve({ paid: true, ...BY_ADA });
      expect(stack.payments(request)).toHaveLength(1);
      await expectAgreement();
    },
  );

  it.concurrent('is not paid again where one row of the list cannot be read, for that row may be it', async () => {
    const { request, handle, expectAgreement } = await startDoubted('bad', 2, 'reply_lost');
    const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    expect(doubted.evidence).toMatch(/1 of its rows could not be read/);
    expect(doubted.exchanges).toHaveLength(1);
    await handle.resolve({ paid: true, ...BY_ADA });
    expect(stack.payments(request)).toHaveLength(1);
    await expectAgreement();
  });

  it.concurrent('is found beside rows that cannot be read', async () => {
    const { request, handle, expectAgreement } = await startDoubted('neighbour', 1, 'reply_lost');
    expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
    expect(stack.payments(request)).toHaveLength(1);
    await expectAgreement();
  });

  it.concurrent(
    'is found by the second reading where the pages of the first shifted over it, without a trace',
    async () => {
      const { request, handle, expectAgreement } = await startDoubted('shift', 4, 'reply_lost');
      expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
      expect(readingsOfShift).toBe(2);
      expect(stack.payments(request)).toHaveLength(1);
      await expectAgreement();
    },
  );

  it.concurrent('is not paid again while two readings differ, and is sent as soon as they show it', async () => {
    const { request, handle, expectAgreement } = await startDoubted('swap', 2, 'reply_lost');
    const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    expect(doubted.evidence).toMatch(/two readings of the list differ/);
    expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
    expect(stack.payments(request)).toHaveLength(1);
    await expectAgreement();
  });

  it.concurrent(
    'is neither paid again nor given to a person while nothing can be read, and is found afterwards',
    async () => {
      const { request, handle, expectAgreement } = await startDoubted('away', 1, 'reply_lost');
      const [provider, route] = ['manifest', 'GET /account-connection/:id/payout'];
      const about = request.accountConnection;
      const fault = stack.sandbox.faults.add({ provider, route, about, kind: 'error_before', times: 'always' });
      const unread = await untilEvidence(stack, request.reference, /its records cannot be read: Manifest answered 500/);
      const settledAt = Date.parse(String(unread.exchanges[0]?.at)) + HASTY_SETTLED_MS;
      await sleep(Math.max(0, settledAt - Date.now()));
      await handle.resume();
      expect(await stack.show(request.reference)).toMatchObject({ status: 'in_doubt', waitingFor: 'provider' });
      stack.sandbox.faults.remove(fault);
      await handle.resume();
      expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: { length: 1 } });
      expect(await readWaits(stack, request.reference)).not.toContain('person');
      expect(stack.payments(request)).toHaveLength(1);
      await expectAgreement();
    },
  );
});

describe('after the key window, a payout that was not paid', () => {
  it.concurrent('is paid once more only when two readings to the end have found another one by its tag', async () => {
    const { request, handle, expectAgreement } = await startDoubted('plain', 3, 'no_connection');
    const ended = await handle.result();
    expect(ended).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }] });
    const [first, second] = ended.exchanges.map(({ at }) => Date.parse(at));
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(HASTY_SETTLED_MS);
    expect(stack.payments(request)).toHaveLength(1);
    await expectAgreement();
  });

  it('is not believed to be absent while no other payout is known that should be found, and is paid once when one is', async () => {
    await withPayouts({ manifest: FORGETFUL, env: AFTER_WINDOW }, async (lonely) => {
      const request = manifestRequest({ accountConnection: 'acon_bob' });
      lonely.sandbox.faults.add({ ...ROUTE, kind: 'no_connection' });
      const handle = await lonely.payouts.start(request);
      const doubted = await lonely.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect(doubted.evidence).toMatch(/which proves nothing: no other payout is known that should be found/);
      expect(doubted.exchanges).toHaveLength(1);
      // To another recipient: only the list of all payouts can show it.
      await lonely.pay(manifestRequest());
      await handle.resume();
      expect(await handle.result()).toMatchObject({
        status: 'sent',
        exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }],
      });
      expect(lonely.payments(request)).toHaveLength(1);
    });
  });
});
