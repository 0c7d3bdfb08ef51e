import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Payment } from '../../src/sandbox/provider.js';
import { PROVIDER_NAMES, type ProviderName } from '../support/requests.js';
import { isCommitOf, startPostgresProxy, type Act, type Statement } from './support/postgres-proxy.js';
import {
  drive,
  inWaves,
  payingCallsOf,
  payOnce,
  requestTo,
  startSteps,
  type Driven,
  type Steps,
} from './support/steps.js';

const CUTS = ['cut_before', 'cut_after', 'arrives_late'] as const satisfies readonly Act[];
type Cut = (typeof CUTS)[number];

/** One payout whose connection to the ledger broke at one statement of its first step. */
interface Broken {
  readonly provider: ProviderName;
  readonly cut: Cut;
  /** Which of the step's statements, counted from 0, and its words. */
  readonly at: number;
  readonly statement: string;
  readonly isCommitOfExchange: boolean;
  readonly isCommitOfOutcome: boolean;
  readonly sprung: readonly string[];
  readonly driven: Driven;
  readonly reference: string;
  readonly payments: readonly Payment[];
  readonly payingCalls: number;
}

const AT_ONCE = 20;
/** Long enough that a busy machine does not open an exchange and then find it too late. */
const ENV = { PAYOUTS_SEND_BY_MS: '2500' };
/** At least so many statements are in a step that claims, opens an exchange and writes its outcome: few where nothing has to be read. */
const MANY = { manifest: 6, prolific: 11, respondent: 11 } as const satisfies Record<ProviderName, number>;

let steps: Steps;
let broken: readonly Broken[];
beforeAll(async () => {
  steps = await startSteps();
  const wholes = await Promise.all(
    PROVIDER_NAMES.map(async (provider) => [provider, await listStatements(provider)] as const),
  );
  // A COMMIT is where it matters whether Postgres got to it; any other statement is undone with its transaction.
  const places = wholes.flatMap(([provider, statements]) =>
    statements.flatMap((statement, at) =>
      CUTS.filter((cut) => cut === 'cut_before' || commits(statement)).map((cut) => ({ provider, cut, at })),
    ),
  );
  broken = await inWaves(places, AT_ONCE, breakAt);
});
afterAll(() => steps?.stop());

/** A COMMIT, or a statement that is a transaction by itself. */
const commits = (statement: Statement): boolean => statement.text === 'commit' || isCommitOf('exchanges')(statement);

/** The statements of a step that nothing disturbs. */
async function listStatements(provider: ProviderName): Promise<readonly Statement[]> {
  const sandbox = await steps.openSandbox(provider);
  const proxy = await startPostgresProxy(steps.databaseUrl);
  const deps = steps.worker(sandbox, { databaseUrl: proxy.url, env: ENV });
  const statements: Statement[] = [];
  proxy.lay('hold_before', (statement) => statements.push(statement) < 0);
  await payOnce(deps, requestTo(provider));
  await deps.ledger.transaction(async () => undefined);
  await proxy.stop();
  const last = statements.findIndex(isCommitOf('outcomes'));
  expect(last).toBeGreaterThanOrEqual(MANY[provider]);
  return statements.slice(0, last + 1);
}

async function breakAt({ provider, cut, at }: Pick<Broken, 'provider' | 'cut' | 'at'>): Promise<Broken> {
  const sandbox = await steps.openSandbox(provider);
  const proxy = await startPostgresProxy(steps.databaseUrl);
  let seen = 0;
  let met: Statement | undefined;
  const trap = proxy.lay(cut, (statement) => {
    if (seen++ !== at) return false;
    met = statement;
    return true;
  });
  const request = requestTo(provider);
  const driven = await drive(steps.worker(sandbox, { databaseUrl: proxy.url, env: ENV }), request);
  await proxy.stop();
  const { reference } = request;
  return {
    provider,
    cut,
    at,
    statement: met?.text ?? '',
    isCommitOfExchange: met !== undefined && isCommitOf('exchanges')(met),
    isCommitOfOutcome: met !== undefined && isCommitOf('outcomes')(met),
    sprung: trap.sprung,
    driven,
    reference,
    payments: sandbox.journal(),
    payingCalls: payingCallsOf(sandbox, provider),
  };
}

const of = (provider: ProviderName, cut: Cut): readonly Broken[] =>
  broken.filter((one) => one.provider === provider && one.cut === cut);

/** Brief enough to be read where a test does not hold. */
const tell = ({ at, statement, driven: { view }, payments }: Broken): string =>
  `${at} ${statement.slice(0, 40)}: ${view.status} ${view.waitingFor}, ${payments.length} paid`;

describe.each(PROVIDER_NAMES)('a step that pays through %s', (provider) => {
  it.each([
    ['a statement does not arrive, whichever it is', 'cut_before', MANY[provider]],
    ['a COMMIT is carried out and its reply is lost, whichever it is', 'cut_after', 2],
    ['a COMMIT arrives after its sender has lost the connection, whichever it is', 'arrives_late', 2],
  ] as const)('pays once when the ledger is lost and %s', async (_what, cut, atLeast) => {
    const all = of(provider, cut);
    expect(all.length).toBeGreaterThanOrEqual(atLeast);
    // Each was really cut at its own statement.
    expect(all.map(({ sprung }) => sprung.length)).toEqual(all.map(() => 1));
    // Before the request a step that lost the ledger says so; afterwards it insists on writing the outcome that it alone knows.
    const commitAt = all.find(({ isCommitOfExchange }) => isCommitOfExchange)?.at ?? 0;
    expect(all.filter(({ at, driven }) => at <= commitAt && driven.thrown.length === 0).map(tell)).toEqual([]);
    expect(all.filter(({ payments }) => payments.length > 1).map(tell)).toEqual([]);
    // Where the exchange is known to be written and nobody knows whether it was made, a provider without a key is not asked again.
    const others = all.filter(({ isCommitOfExchange }) => !isCommitOfExchange || cut === 'cut_before');
    const ended = others.filter(({ driven, payments }) => driven.view.status === 'sent' && payments.length === 1);
    expect(others.filter((one) => !ended.includes(one)).map(tell)).toEqual([]);
    if (provider !== 'manifest') expect(others.filter(({ payingCalls }) => payingCalls !== 1).map(tell)).toEqual([]);
    await steps.expectAgreement(...all.map(({ reference }) => reference));
  });

  it.each([
    ['its reply is lost', 'cut_after'],
    ['it arrives late', 'arrives_late'],
  ] as const)(
    'sends nothing when the COMMIT of its exchange is carried out and %s, and ends truly',
    async (_what, cut) => {
      const [one, ...more] = of(provider, cut).filter(({ isCommitOfExchange }) => isCommitOfExchange);
      expect(more).toEqual([]);
      expect(one?.statement).toContain(provider === 'manifest' ? 'insert into exchanges ' : 'commit');
      expect(one?.sprung).toEqual([one?.statement]);
      const { driven, payments, payingCalls, reference } = one as Broken;
      // The worker that was cut off has sent nothing. Either that is written down and it pays now, or it is a doubt.
      const { status, exchanges, waitingFor } = driven.view;
      if (status === 'sent') {
        expect(payments).toHaveLength(1);
        expect(exchanges.map(({ outcome }) => outcome).at(-1)).toBe('accepted');
      } else {
        expect({ provider, status, waitingFor }).toEqual({ provider, status: 'in_doubt', waitingFor: 'person' });
        expect({ provider, payingCalls, paid: payments.length }).toEqual({ provider, payingCalls: 0, paid: 0 });
      }
      await steps.expectAgreement(reference);
    },
  );
});
