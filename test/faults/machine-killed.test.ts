import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Show } from '../../src/payout/show.js';
import { newReference, PROVIDER_NAMES, REQUESTS, type ProviderName } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { isCommitOf, startPostgresProxy, type Act, type Statement } from './support/postgres-proxy.js';

interface Moment {
  readonly when: string;
  /** The account of its payouts: a call to Prolific that is held keeps the others of its workspace waiting. */
  readonly account: string;
  readonly act: Act;
  readonly where: (statement: Statement) => boolean;
  /** How often each provider had paid when the worker was killed. */
  readonly calls: 0 | 1;
  /** What the ledger knew of the request then. */
  readonly exchanges: readonly { outcome: Show['exchanges'][number]['outcome'] }[];
  readonly ends: Readonly<Record<ProviderName, 'sent' | 'in_doubt'>>;
}

const everywhere = { manifest: 'sent', prolific: 'sent', respondent: 'sent' } as const;
const isOutcome = ({ text }: Statement): boolean => text.includes('insert into outcomes ');

/** The call itself is in `test/e2e/killed-worker.test.ts`, with and without its effect. */
const MOMENTS: readonly Moment[] = [
  {
    when: 'before the exchange was committed',
    account: 'one',
    act: 'hold_before',
    where: isCommitOf('exchanges'),
    calls: 0,
    exchanges: [],
    ends: everywhere,
  },
  {
    when: 'before the call, after the exchange was committed',
    account: 'two',
    act: 'hold_after',
    where: isCommitOf('exchanges'),
    calls: 0,
    exchanges: [{ outcome: 'open' }],
    // Nobody is left who knows that nothing was sent. Without a key it is not sent again: a person is asked.
    ends: { manifest: 'sent', prolific: 'in_doubt', respondent: 'in_doubt' },
  },
  {
    when: 'after the provider had answered, before the outcome was written',
    account: 'three',
    act: 'hold_before',
    where: isOutcome,
    calls: 1,
    exchanges: [{ outcome: 'open' }],
    ends: everywhere,
  },
  {
    when: 'after the outcome was written, before the step was reported as completed',
    account: 'four',
    act: 'hold_after',
    where: isCommitOf('outcomes'),
    calls: 1,
    exchanges: [{ outcome: 'accepted' }],
    ends: everywhere,
  },
];

type Requests = Readonly<Record<ProviderName, { readonly reference: string }>>;

let stack: TestStack;
let requests: ReadonlyMap<string, Requests>;
const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** One worker, killed while it stood at all of the moments at once: the proxy before its ledger holds each payout at its own. */
beforeAll(async () => {
  stack = await startPayouts({
    workers: 0,
    env: { PAYOUTS_SEND_BY_MS: '8000', PAYOUTS_HTTP_TIMEOUT_MS: '2000' },
    prolific: { tokens: ['made-up-0', ...MOMENTS.map(({ account }) => `made-up-${account}`)] },
  });
  stops.push(() => stack.stop());
  const proxy = await startPostgresProxy(stack.databaseUrl);
  stops.push(() => proxy.stop());
  const env = { ...stack.env, ...accountsOf(stack.env) };
  const worker = await startWorkerProcess({ ...env, PAYOUTS_DATABASE_URL: proxy.url });
  stops.push(() => worker.kill());

  requests = new Map(MOMENTS.map(({ when, account }) => [when, requestsOf(account)]));
  const traps = MOMENTS.map(({ act, where, account }) =>
    proxy.lay(act, (statement) => where(statement) && statement.mentions(`${account}/`), PROVIDER_NAMES.length),
  );
  const all = [...requests.values()].flatMap((one) => Object.values(one));
  await Promise.all(all.map((request) => stack.payouts.start(request)));
  await Promise.all(traps.map((trap) => trap.untilSprung(PROVIDER_NAMES.length)));
  await worker.kill();
  for (const moment of MOMENTS) await expectAsKilled(moment);
  await stack.startWorker({ ...accountsOf(stack.env), PAYOUTS_SEND_BY_MS: '4000' });
});

const requestsOf = (account: string): Requests => {
  const given = () => ({ account, reference: newReference(account) });
  return {
    manifest: REQUESTS.manifest(given()),
    prolific: REQUESTS.prolific(given()),
    respondent: REQUESTS.respondent(given()),
  };
};

/** The credentials of every account: those of the sandbox, and a workspace of its own at Prolific. */
const accountsOf = (env: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    MOMENTS.flatMap(({ account }) =>
      ['MANIFEST_API_KEY', 'RESPONDENT_API_KEY', 'RESPONDENT_API_SECRET', 'PROLIFIC_API_TOKEN'].map((name) => [
        `${name}__${account.toUpperCase()}`,
        name === 'PROLIFIC_API_TOKEN' ? `made-up-${account}` : (env[name] as string),
      ]),
    ),
  );

/** The moment was hit: what was asked and what was written by then. */
async function expectAsKilled({ when, calls, exchanges }: Moment): Promise<void> {
  for (const [provider, { reference }] of Object.entries(requests.get(when) as Requests)) {
    const shown = await stack.show(reference).catch(() => undefined);
    expect({ when, provider, exchanges: shown?.exchanges ?? [] }).toMatchObject({ when, provider, exchanges });
    const paid = stack.payments((requests.get(when) as Requests)[provider as ProviderName]);
    expect({ when, provider, paid: paid.length }).toEqual({ when, provider, paid: calls });
  }
}

describe.each(MOMENTS.map((moment) => [moment.when, moment] as const))(
  'a worker that was killed %s',
  (when, { ends }) => {
    it.concurrent.each(PROVIDER_NAMES)(
      'does not make %s pay twice: another worker finishes the payout',
      async (provider) => {
        const request = (requests.get(when) as Requests)[provider];
        const isPaid = ends[provider] === 'sent';
        const ended = await stack.until(
          request.reference,
          isPaid ? { status: 'sent' } : { status: 'in_doubt', waitingFor: 'person' },
        );
        expect(stack.payments(request)).toHaveLength(isPaid ? 1 : 0);
        if (provider !== 'manifest') expect(ended.exchanges).toHaveLength(1);
        await stack.expectAgreement(request.reference);
      },
    );
  },
);
