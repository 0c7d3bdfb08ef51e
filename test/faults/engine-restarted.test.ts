import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { startTemporal } from '../../src/dev/temporal-server.js';
import { PAYING_ROUTES, REQUESTS } from '../support/requests.js';
import { startPayouts } from '../support/stack.js';
import { until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const DOWN_MS = 1_000;

it('a Temporal server that was killed and started again goes on with every payout, and none is paid twice', async () => {
  const binary = await findTemporal({ log: () => undefined });
  const dataDir = await mkdtemp(join(tmpdir(), 'payouts-temporal-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const first = await startTemporal({ binary, dataDir });
  onTestFinished(() => first.stop());
  const stack = await startPayouts({
    env: { TEMPORAL_ADDRESS: first.address },
    prolific: { visibleAfterMs: (submissionId) => (submissionId.endsWith('-late') ? 1_400 : 200) },
  });
  onTestFinished(() => stack.stop());
  const start = async <R extends { readonly reference: string }>(request: R): Promise<R> => {
    await stack.payouts.start(request);
    return request;
  };
  const fault = (provider: keyof typeof PAYING_ROUTES, kind: 'slow' | 'error_before', delayMs?: number) =>
    stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind, ...(delayMs ? { delayMs } : {}) });
  const scheduledAt = new Date(Date.now() + HOUR_MS).toISOString();

  // One payout at every stage.
  const sent = REQUESTS.manifest();
  await stack.pay(sent);
  const ready = await start(REQUESTS.respondent({ scheduledAt }));
  await stack.until(ready.reference, { status: 'ready' });
  const kept = await start(REQUESTS.manifest({ scheduledAt }));
  await stack.until(kept.reference, { status: 'ready' });
  fault('prolific', 'error_before');
  const doubted = await start(REQUESTS.prolific());
  await stack.until(doubted.reference, { status: 'in_doubt', waitingFor: 'person' });
  const pending = await start(REQUESTS.prolific({ submissionId: 'study-late' }));
  await stack.until(pending.reference, { status: 'pending' });
  fault('respondent', 'slow', 1_000);
  fault('manifest', 'slow', 1_000);
  const inFlight = [await start(REQUESTS.respondent()), await start(REQUESTS.manifest())];
  await until(
    () => [stack.payingCalls('respondent'), stack.payingCalls('manifest')],
    ([respondent, manifest]) => respondent === 1 && manifest === 3,
  );

  first.kill('SIGKILL');
  // The calls that were under way end, and their steps are completed, while nobody is there to hear it.
  await sleep(DOWN_MS);
  expect(await isListening(first.address)).toBe(false);
  const second = await startTemporal({ binary, dataDir, port: Number(first.address.split(':')[1]) });
  onTestFinished(() => second.stop());
  expect(second.pid).not.toBe(first.pid);

  for (const { reference } of [pending, ...inFlight]) await stack.until(reference, { status: 'sent' });
  expect(await stack.payouts.getHandle(ready.reference).cancel({ by: 'ada' })).toMatchObject({ result: 'canceled' });
  expect(await stack.payouts.getHandle(kept.reference).cancel({ by: 'ada' })).toMatchObject({ result: 'canceled' });
  const word = { paid: false, payAgain: true, by: 'ada', evidence: 'ticket 7' };
  await stack.payouts.getHandle(doubted.reference).resolve(word);
  for (const { reference } of [pending, doubted, ...inFlight])
    expect(await stack.payouts.getHandle(reference).result()).toMatchObject({ status: 'sent' });

  for (const request of [sent, pending, doubted, ...inFlight]) expect(stack.payments(request)).toHaveLength(1);
  expect(await stack.pay(REQUESTS.prolific())).toMatchObject({ status: 'sent' });
  await stack.expectAgreement();
});

const isListening = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':');
    const socket = connect(Number(port), host, () => resolve(socket.destroy() === socket));
    socket.on('error', () => resolve(false));
  });
