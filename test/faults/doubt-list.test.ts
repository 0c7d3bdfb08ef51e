import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere } from '../cli/run-here.js';
import { PAYING_ROUTES, prolificRequest, PROVIDER_NAMES, REQUESTS } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { HASTY } from './support/times.js';

const CONTRACTS = {
  manifest: /^the provider's lists, .* prove beside another payout that it is not there, or a person's word/,
  prolific: /^the provider's records, once they show the payment; that it is not there they cannot prove/,
  respondent: /^the provider's count, once it reaches the number asked for, or a person's word/,
};

let stack: TestStack;
beforeAll(async () => {
  stack = await startPayouts({ env: { ...HASTY, PAYOUTS_KEY_WINDOW_MS: '1' } });
});
afterAll(() => stack?.stop());

const payouts = (...args: readonly string[]) => runHere(args, { env: stack.env });

/** One payout in doubt through each provider, one after the other. */
async function startDoubted() {
  const requests = [];
  for (const provider of PROVIDER_NAMES) {
    const request = REQUESTS[provider]();
    stack.sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], kind: 'error_before' });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt' });
    requests.push(request);
  }
  for (const { reference } of requests) await stack.until(reference, { status: 'in_doubt', waitingFor: 'person' });
  return requests;
}

describe('the payouts in doubt, on the command line', () => {
  it('are listed the oldest first, with what is known and what would settle it, and resolved by one command', async () => {
    const requests = await startDoubted();
    const references = requests.map(({ reference }) => reference);
    const listed = (await payouts('list', '--status', 'in_doubt', '--json')).json() as readonly Record<
      string,
      string
    >[];
    expect(listed.map(({ reference }) => reference)).toEqual(references);
    for (const [index, provider] of PROVIDER_NAMES.entries())
      expect(listed[index]).toMatchObject({
        provider,
        waitingFor: 'person',
        evidence: expect.stringMatching(/^money may have moved: /),
        settledBy: expect.stringMatching(CONTRACTS[provider]),
      });

    const lines = (await payouts('list', '--status', 'in_doubt')).stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^REFERENCE +STATUS +WAITS FOR .* SINCE +WHAT IS KNOWN +WHAT WOULD SETTLE IT$/);
    expect(lines).toHaveLength(4);
    for (const [index, reference] of references.entries()) {
      expect(lines[index + 1]).toMatch(new RegExp(`^${reference} .* money may have moved: .* \`payouts resolve\`$`));
    }

    const paid = prolificRequest();
    await stack.pay(paid);
    const word = ['--not-paid', '--by', 'Ada', '--evidence', 'asked all three'];
    const run = await payouts('resolve', ...references, paid.reference, 'nobody/knows-it', ...word);
    expect(run.code).toBe(1);
    expect(run.stdout.trimEnd().split('\n')).toEqual([
      ...references.map((reference) => `${reference}  error  Ada says that it was not paid: asked all three`),
      `${paid.reference}  refused`,
      'nobody/knows-it  refused',
    ]);
    expect(run.stderr.trimEnd().split('\n')).toEqual([
      `payouts: ${paid.reference}: ${paid.reference} is sent, not in doubt: there is nothing to resolve`,
      expect.stringMatching(/^payouts: nobody\/knows-it: no payout has the reference nobody\/knows-it/),
    ]);
    expect((await payouts('list', '--status', 'in_doubt')).stdout).toBe('no payout matches\n');
    await stack.expectAgreement();
  });

  it('are refused too early, and one command for several still does what it can', async () => {
    const early = prolificRequest();
    stack.sandbox.faults.add({
      provider: 'prolific',
      route: PAYING_ROUTES.prolific,
      about: String(early.submissionId),
      kind: 'error_before',
    });
    await stack.payouts.start(early);
    await stack.until(early.reference, { status: 'in_doubt' });
    const run = await payouts('resolve', early.reference, '--not-paid', '--by', 'Ada', '--evidence', 'asked', '--json');
    expect(run.code).toBe(1);
    expect(run.json()).toMatchObject({
      reference: early.reference,
      error: { code: 'DecisionRefused', message: expect.stringMatching(/too early: until/) },
    });
    await stack.until(early.reference, { status: 'in_doubt', waitingFor: 'person' });
    expect((await payouts('resolve', early.reference, '--not-paid', '--by', 'Ada', '--evidence', 'asked')).code).toBe(
      0,
    );
    await stack.expectAgreement();
  });
});
