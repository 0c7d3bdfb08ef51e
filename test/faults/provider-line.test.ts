import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/providers/http.js';
import { manifestRequest, PROVIDER_NAMES, prolificRequest, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { until } from '../support/until.js';
import { startLatePort, type LatePort } from './support/late-port.js';
import { startSlowLine, type SlowLine } from './support/slow-line.js';
import { HASTY } from './support/times.js';

const BASE_URLS: Readonly<Record<ProviderName, string>> = {
  manifest: 'MANIFEST_BASE_URL',
  prolific: 'PROLIFIC_BASE_URL',
  respondent: 'RESPONDENT_BASE_URL',
};
const TIMEOUT_MS = 1_000;
/** A busy machine needs a moment to notice that a deadline has passed. */
const MARGIN_MS = 700;

let stack: TestStack;
let lines: Readonly<Record<ProviderName, SlowLine>>;
let latePort: LatePort;
beforeAll(async () => {
  stack = await startPayouts({ workers: 0, env: HASTY });
  const started = await Promise.all(
    PROVIDER_NAMES.map(async (name) => [name, await startSlowLine(stack.sandbox.baseUrl(name))] as const),
  );
  lines = Object.fromEntries(started) as Record<ProviderName, SlowLine>;
  latePort = await startLatePort(stack.sandbox.baseUrl('manifest'));
  await stack.startWorker({
    ...Object.fromEntries(PROVIDER_NAMES.map((name) => [BASE_URLS[name], lines[name].baseUrl])),
    MANIFEST_BASE_URL__LATE: latePort.baseUrl,
    MANIFEST_API_KEY__LATE: String(stack.env['MANIFEST_API_KEY']),
  });
});
afterAll(async () => {
  await latePort?.stop();
  await Promise.all(Object.values(lines ?? {}).map((line) => line.stop()));
  await stack?.stop();
});

const took = (exchange: { readonly at: string } | undefined, end: { readonly at: string } | undefined): number =>
  Date.parse(String(end?.at)) - Date.parse(String(exchange?.at));

describe('one total deadline, over real sockets', () => {
  it('holds where the provider accepts connections late, and the payout is paid once when it does', async () => {
    expect(await latePort.isSlow(TIMEOUT_MS)).toBe(true);
    const beganAt = performance.now();
    const http = createHttp({ baseUrl: latePort.baseUrl, headers: {}, timeoutMs: TIMEOUT_MS });
    expect(await http({ method: 'GET', path: '/payout' })).toMatchObject({ kind: 'lost' });
    expect(performance.now() - beganAt).toBeLessThan(TIMEOUT_MS + MARGIN_MS);

    const request = manifestRequest({ account: 'late' });
    const handle = await stack.payouts.start(request);
    const doubted = await stack.until(request.reference, { status: 'in_doubt' });
    expect(took(doubted.exchanges[0], doubted.history.at(-1))).toBeLessThan(TIMEOUT_MS + MARGIN_MS);
    latePort.accept();
    expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }, {}] });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });

  it('holds where every reply drips, head and all, and what was paid is found by its key', async () => {
    lines.manifest.drip(20);
    const request = manifestRequest();
    const handle = await stack.payouts.start(request);
    const doubted = await stack.until(request.reference, { status: 'in_doubt' });
    expect(took(doubted.exchanges[0], doubted.history.at(-1))).toBeLessThan(TIMEOUT_MS + MARGIN_MS);
    expect(stack.payments(request)).toHaveLength(1);
    lines.manifest.drip(0);
    expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }, {}] });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });
});

describe('a first request that arrives late, after we have given it up and looked', () => {
  it('at Manifest comes after its own repeat has paid, and the key makes it nothing', async () => {
    const line = lines.manifest;
    line.hold();
    const request = manifestRequest();
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt' });
    const late = line.take();
    line.release();
    expect(await handle.result()).toMatchObject({
      status: 'sent',
      exchanges: [{ outcome: 'ambiguous' }, { outcome: 'accepted' }],
    });
    const asked = stack.payingCalls('manifest');
    late();
    await until(
      () => stack.payingCalls('manifest'),
      (calls) => calls > asked,
    );
    expect(stack.payments(request)).toMatchObject([{ state: 'paid' }]);
    await stack.expectAgreement(request.reference);
  });

  it.each(['prolific', 'respondent'] as const)(
    'at %s is waited for: nothing is paid again, a person is asked, and what arrives is sent',
    async (provider) => {
      const request = REQUESTS[provider]();
      const handle = await stack.payouts.start(request);
      // What is read and set up before the paying call passes; the paying call itself is kept.
      const line = lines[provider];
      line.holdFrom(/^POST \S+(\/pay\/|\/payouts) /);
      const doubted = await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
      expect(doubted.exchanges).toMatchObject([{ outcome: 'ambiguous' }]);
      expect(stack.payments(request)).toEqual([]);
      await expect(handle.cancel()).resolves.toMatchObject({ result: 'in_doubt' });
      line.release();
      expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'ambiguous' }] });
      expect(stack.payments(request)).toHaveLength(1);
      await stack.expectAgreement(request.reference);
    },
  );
});

describe('a look that nobody answers', () => {
  it('is given up by the same deadline, and the doubt goes on until one is answered', async () => {
    const line = lines.prolific;
    const request = prolificRequest();
    line.holdFrom(/^POST \S+\/pay\/ /);
    const handle = await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt' });
    line.hold();
    const unread = await until(
      () => stack.show(request.reference),
      ({ evidence }) => evidence.includes('cannot be read'),
    );
    expect(unread).toMatchObject({ status: 'in_doubt', waitingFor: 'provider', exchanges: { length: 1 } });
    line.release();
    expect(await handle.result()).toMatchObject({ status: 'sent', exchanges: { length: 1 } });
    expect(stack.payments(request)).toHaveLength(1);
    await stack.expectAgreement(request.reference);
  });
});
