import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultInput } from '../../src/sandbox/fault-spec.js';
import type { Payment } from '../../src/sandbox/provider.js';
import { PAYING_ROUTES, PROVIDER_NAMES, type ProviderName } from '../support/requests.js';
import { drive, inWaves, payingCallsOf, requestTo, startSteps, type Driven, type Steps } from './support/steps.js';

type Fault = Pick<FaultInput, 'kind' | 'afterEffect' | 'status' | 'delayMs' | 'times'>;
type End = 'sent' | 'in_doubt' | 'error' | 'operator';
interface Case {
  readonly what: string;
  readonly fault: Fault;
  readonly ends: Readonly<Record<ProviderName, End>>;
}

const everywhere = (end: End): Case['ends'] => ({ manifest: end, prolific: end, respondent: end });
/** Only Manifest's key makes a repeat harmless; elsewhere a person is asked. */
const UNKNOWN: Case['ends'] = { manifest: 'sent', prolific: 'in_doubt', respondent: 'in_doubt' };
const LATE_MS = 1_600;

/** Statuses that no provider's table names as a refusal: from them nobody can tell whether it paid. */
const UNNAMED = [301, 307, 408, 409, 410, 425, 500, 502, 504, 599];
/** "Accepted" by their first digit, whatever stands behind it. */
const ACCEPTED = [200, 201, 202, 204, 206];

const CASES: readonly Case[] = [
  { what: 'the connection breaks before it', fault: { kind: 'no_connection' }, ends: UNKNOWN },
  { what: 'the connection breaks before it, twice', fault: { kind: 'no_connection', times: 2 }, ends: UNKNOWN },
  { what: 'its reply is lost', fault: { kind: 'reply_lost' }, ends: everywhere('sent') },
  {
    what: 'its reply is lost, and that of a repeat',
    fault: { kind: 'reply_lost', times: 2 },
    ends: everywhere('sent'),
  },
  { what: 'it hangs', fault: { kind: 'never_answers' }, ends: UNKNOWN },
  { what: 'it pays and then hangs', fault: { kind: 'never_answers', afterEffect: true }, ends: everywhere('sent') },
  {
    what: 'it pays and then hangs, and so does a repeat',
    fault: { kind: 'never_answers', afterEffect: true, times: 2 },
    ends: everywhere('sent'),
  },
  { what: 'nobody can read its reply', fault: { kind: 'garbage_body' }, ends: everywhere('sent') },
  { what: 'it takes its time', fault: { kind: 'slow', delayMs: 300 }, ends: everywhere('sent') },
  { what: 'it arrives after we gave it up', fault: { kind: 'slow', delayMs: LATE_MS }, ends: everywhere('sent') },
  { what: 'its reply drips in', fault: { kind: 'slow', delayMs: 300, afterEffect: true }, ends: everywhere('sent') },
  {
    what: 'its reply drips in for too long',
    fault: { kind: 'slow', delayMs: LATE_MS, afterEffect: true },
    ends: everywhere('sent'),
  },
  { what: 'it is told to wait', fault: { kind: 'rate_limited' }, ends: everywhere('sent') },
  {
    what: 'it pays and tells us to wait',
    fault: { kind: 'rate_limited', afterEffect: true },
    ends: everywhere('sent'),
  },
  { what: 'it answers a page with 503', fault: { kind: 'error_before', status: 503 }, ends: UNKNOWN },
  {
    what: 'it pays and answers a page with 502',
    fault: { kind: 'error_after', status: 502 },
    ends: everywhere('sent'),
  },
  ...UNNAMED.flatMap((status): Case[] => [
    { what: `it answers ${status}`, fault: { kind: 'status', status }, ends: UNKNOWN },
    {
      what: `it pays and answers ${status}`,
      fault: { kind: 'status', status, afterEffect: true },
      ends: everywhere('sent'),
    },
  ]),
  ...ACCEPTED.flatMap((status): Case[] => [
    // Said to be accepted, and never seen: nobody pays it again, whatever key there is.
    { what: `it answers ${status} and does not pay`, fault: { kind: 'status', status }, ends: everywhere('in_doubt') },
    {
      what: `it pays and answers ${status} without a payout`,
      fault: { kind: 'status', status, afterEffect: true },
      ends: everywhere('sent'),
    },
  ]),
  ...[400, 404, 422].map((status): Case => ({
    what: `it refuses with ${status}`,
    fault: { kind: 'status', status },
    ends: everywhere('error'),
  })),
  ...[401, 402, 403].map((status): Case => ({
    what: `it refuses with ${status}`,
    fault: { kind: 'status', status },
    ends: everywhere('operator'),
  })),
];

const AT_ONCE = 32;
/** Long enough that a busy machine does not open an exchange and then find it too late. */
const ENV = { PAYOUTS_SEND_BY_MS: '2500' };

interface Faulted {
  readonly reference: string;
  readonly driven: Driven;
  readonly payments: readonly Payment[];
  readonly payingCalls: number;
  readonly hits: number;
}

let steps: Steps;
const faulted = new Map<string, Faulted>();
const keyOf = (provider: ProviderName, { what }: Case): string => `${provider}: ${what}`;

beforeAll(async () => {
  steps = await startSteps();
  const all = CASES.flatMap((one) => PROVIDER_NAMES.map((provider) => ({ provider, one })));
  await inWaves(all, AT_ONCE, async ({ provider, one }) => {
    const sandbox = await steps.openSandbox(provider);
    sandbox.faults.add({ provider, route: PAYING_ROUTES[provider], ...one.fault });
    const request = requestTo(provider);
    const driven = await drive(steps.worker(sandbox, { env: ENV }), request);
    faulted.set(keyOf(provider, one), {
      reference: request.reference,
      driven,
      payments: sandbox.journal(),
      payingCalls: payingCallsOf(sandbox, provider),
      hits: sandbox.requests().filter(({ fault }) => fault === one.fault.kind).length,
    });
    await sandbox.stop();
  });
});
afterAll(() => steps?.stop());

const endOf = ({ view }: Driven): string =>
  view.waitingFor === 'operator' ? 'operator' : view.waitingFor === 'person' ? 'in_doubt' : view.status;

describe.each(PROVIDER_NAMES)('when %s is asked to pay and', (provider) => {
  it.each(CASES.map((one) => [one.what, one] as const))(
    '%s, it pays once at most, and the payout ends truly',
    async (_what, one) => {
      const found = faulted.get(keyOf(provider, one)) as Faulted;
      const { driven, payments, payingCalls, reference } = found;
      expect(found.hits).toBeGreaterThan(0);
      expect(endOf(driven)).toBe(one.ends[provider]);
      expect(payments).toHaveLength(one.ends[provider] === 'sent' ? 1 : 0);
      // A second request only where a key makes it harmless, or where the first was refused and the records show nothing.
      const mayRepeat =
        provider === 'manifest' || (one.fault.kind === 'rate_limited' && one.fault.afterEffect !== true);
      if (!mayRepeat) expect(payingCalls).toBe(1);
      await steps.expectAgreement(reference);
    },
  );
});

describe('the faults above', () => {
  it('are of every kind that the sandbox knows, before and after the effect', () => {
    expect(new Set(CASES.map(({ fault }) => fault.kind))).toEqual(new Set(FAULT_KINDS));
    for (const kind of ['rate_limited', 'never_answers', 'slow', 'status'] as const)
      expect(
        new Set(CASES.filter(({ fault }) => fault.kind === kind).map(({ fault }) => fault.afterEffect === true)),
      ).toEqual(new Set([true, false]));
  });

  it('hit every route that moves money, but for the batches of Manifest, which nothing asks for yet', async () => {
    for (const provider of PROVIDER_NAMES) {
      const sandbox = await steps.openSandbox(provider);
      const routes = sandbox.payingRoutes(provider).filter((route) => route !== 'POST /payout/batch');
      expect(routes).toEqual([PAYING_ROUTES[provider]]);
    }
  });
});
