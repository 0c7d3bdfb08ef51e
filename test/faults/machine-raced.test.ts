import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { PayoutInput } from '../../src/payout/view.js';
import { PROVIDER_NAMES, shortId, type ProviderName } from '../support/requests.js';
import { drive, inWaves, payingCallsOf, requestTo, startSteps, type Driven, type Steps } from './support/steps.js';

const ROUNDS = 20;
const ROUNDS_AT_ONCE = 10;
const WORKERS = 3;
/** Long enough that a busy machine does not open an exchange and then find it too late. */
const ENV = { PAYOUTS_SEND_BY_MS: '2500' };

let steps: Steps;
beforeAll(async () => {
  steps = await startSteps();
});
afterAll(() => steps?.stop());

/** Each of several workers, with a pool of its own, takes every step of every payout, at the same moments. */
async function race(
  provider: ProviderName,
  sandbox: Sandbox,
  requests: readonly PayoutInput[],
): Promise<readonly Driven[][]> {
  const workers = Array.from({ length: WORKERS }, () => steps.worker(sandbox, { maxConnections: 4, env: ENV }));
  return inWaves(requests, ROUNDS_AT_ONCE, (request) => Promise.all(workers.map((worker) => drive(worker, request))));
}

describe('several workers that take the same steps of one reference at the same moment', () => {
  it.concurrent.each(PROVIDER_NAMES)(`make %s pay once, in ${ROUNDS} rounds of ${WORKERS}`, async (provider) => {
    const sandbox = await steps.openSandbox(provider);
    const requests = Array.from({ length: ROUNDS }, () => requestTo(provider));
    const raced = await race(provider, sandbox, requests);
    for (const driven of raced)
      for (const { view } of driven) {
        expect(view).toMatchObject({ status: 'sent' });
        expect(view.exchanges.filter(({ outcome }) => outcome !== 'unsent')).toHaveLength(1);
      }
    expect(payingCallsOf(sandbox, provider)).toBe(ROUNDS);
    expect(sandbox.journal()).toHaveLength(ROUNDS);
    await steps.expectAgreement(...requests.map(({ reference }) => reference));
  });

  it.concurrent('with other content make it pay once, and the others are told which field differs', async () => {
    const sandbox = await steps.openSandbox('manifest');
    const workers = Array.from({ length: WORKERS }, () => steps.worker(sandbox, { maxConnections: 3 }));
    const references = Array.from({ length: ROUNDS }, () => `raced/${shortId()}`);
    const rounds = await inWaves(references, ROUNDS_AT_ONCE, (reference) =>
      Promise.allSettled(
        workers.map((worker, n) => drive(worker, requestTo('manifest', { reference, amountMinor: 100 + n }))),
      ),
    );
    for (const round of rounds) {
      expect(round.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const one of round)
        if (one.status === 'rejected')
          expect(one.reason).toMatchObject({
            code: 'ReferenceConflict',
            message: expect.stringContaining('amountMinor'),
          });
    }
    expect(sandbox.journal()).toHaveLength(ROUNDS);
    await steps.expectAgreement(...references);
  });
});
