import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { systemClock, type Clock, type Deps } from '../../../activities/deps.js';
import { amend } from '../../../activities/amend.js';
import { makeDecision } from '../../../activities/decide.js';
import { lookUp } from '../../../activities/look-up.js';
import { submit } from '../../../activities/submit.js';
import { openLedger, type PostgresLedger } from '../../../src/ledger/ledger.js';
import { readShow } from '../../../src/ledger/read.js';
import { ERROR_CODES, PayoutsError } from '../../../src/payout/errors.js';
import type { DecisionMade } from '../../../src/payout/facts.js';
import type { Show } from '../../../src/payout/show.js';
import type { PayoutInput, View } from '../../../src/payout/view.js';
import { manifestSandbox, type ManifestSandboxOptions } from '../../../src/providers/manifest/sandbox.js';
import { prolificSandbox, type ProlificSandboxOptions } from '../../../src/providers/prolific/sandbox.js';
import { respondentSandbox, type RespondentSandboxOptions } from '../../../src/providers/respondent/sandbox.js';
import { compareWithLedger } from '../../../src/sandbox/agreement.js';
import type { OracleRow } from '../../../src/sandbox/oracle.js';
import type { Payment, SandboxFactory } from '../../../src/sandbox/provider.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { readServedAccounts } from '../../../src/worker/accounts.js';
import { makeDatabase } from '../../support/database.js';
import { PAYING_ROUTES, REQUESTS, shortId, type ProviderName } from '../../support/requests.js';

/**
 * The steps of payouts without an engine: the real ones, on a real Postgres and over real HTTP, taken one after the other as
 * the ledger asks for them. Hundreds of payouts can so be brought into trouble in seconds.
 */
export interface Steps {
  readonly ledger: PostgresLedger;
  readonly databaseUrl: string;
  /** Simulated providers of one payout's own, so that a fault hits nobody else. */
  openSandbox(providers: ProviderName | readonly ProviderName[], options?: SandboxSettings): Promise<Sandbox>;
  /** What a worker has that serves these providers. Its pool is closed at the end. */
  worker(sandbox: Sandbox, settings?: WorkerSettings): Deps;
  show(reference: string): Promise<Show>;
  /** Everything that any of the sandboxes paid. */
  journal(): readonly Payment[];
  /** The oracle: what was paid and what the ledger says agree. Beside payouts that are under way, of these references alone. */
  expectAgreement(...references: readonly string[]): Promise<void>;
  /** What the oracle finds wrong, where a test is about just that. */
  disagreements(): Promise<readonly OracleRow[]>;
  stop(): Promise<void>;
}

export interface SandboxSettings {
  readonly manifest?: ManifestSandboxOptions;
  readonly prolific?: ProlificSandboxOptions;
  readonly respondent?: RespondentSandboxOptions;
}

/** At once where a provider otherwise takes its time: a test that is about waiting says so. */
const SANDBOXES: Readonly<Record<ProviderName, (options: SandboxSettings) => SandboxFactory>> = {
  manifest: ({ manifest }) => manifestSandbox({ createdMs: 0, readyMs: 0, pendingMs: 0, ...manifest }),
  prolific: ({ prolific }) => prolificSandbox({ visibleAfterMs: 0, ...prolific }),
  respondent: ({ respondent }) => respondentSandbox(respondent),
};

export interface WorkerSettings {
  readonly databaseUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly maxConnections?: number;
}

/** As short as two busy cores allow. */
export const STEP_TIMES: Readonly<Record<string, string>> = {
  PAYOUTS_POLL_MS: '100',
  PAYOUTS_SETTLE_MS: '600',
  PAYOUTS_HTTP_TIMEOUT_MS: '1000',
  PAYOUTS_SEND_BY_MS: '1000',
  PAYOUTS_OPERATOR_RETRY_MS: '60000',
  PAYOUTS_FALLBACK_MS: '500',
};

/** `databaseUrl`: an empty database; one on the run's Postgres unless given. */
export async function startSteps(databaseUrl?: string): Promise<Steps> {
  const url = databaseUrl ?? (await makeDatabase());
  const ledger = openLedger({ url, maxConnections: 8 });
  await ledger.migrate();
  const standing = await ledger.transaction((tx) => tx.standing());
  const sandboxes: Sandbox[] = [];
  const ledgers: PostgresLedger[] = [ledger];
  const journal = () => sandboxes.flatMap((sandbox) => sandbox.journal());
  const disagreements = async () => {
    const { rows } = await compareWithLedger(ledger.db, journal());
    return rows.filter(({ verdict }) => verdict !== 'agrees');
  };
  return {
    ledger,
    databaseUrl: url,
    async openSandbox(providers, options = {}) {
      const sandbox = await startSandbox({ providers: [providers].flat().map((one) => SANDBOXES[one](options)) });
      sandboxes.push(sandbox);
      return sandbox;
    },
    worker(sandbox, settings = {}) {
      const own = openLedger({ url: settings.databaseUrl ?? url, maxConnections: settings.maxConnections ?? 2 });
      ledgers.push(own);
      const accounts = readServedAccounts({ ...sandbox.env, ...STEP_TIMES, ...settings.env });
      const worker = `test/${shortId()}`;
      return { ledger: own, standing, accounts, worker, clock: settings.clock ?? systemClock };
    },
    async show(reference) {
      const shown = await readShow(ledger.db, reference);
      if (!shown) throw new Error(`the ledger has no payout ${reference}`);
      return shown;
    },
    journal,
    disagreements,
    async expectAgreement(...references) {
      const { rows } = await compareWithLedger(ledger.db, journal());
      const isJudged = ({ reference }: OracleRow) =>
        references.length === 0 || reference === undefined || references.includes(reference);
      expect(rows.filter(isJudged).filter(({ verdict }) => verdict !== 'agrees')).toEqual([]);
      expect(rows.map(({ reference }) => reference)).toEqual(expect.arrayContaining([...references]));
    },
    async stop() {
      await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
      await Promise.all(ledgers.map((one) => one.close().catch(() => undefined)));
    },
  };
}

export interface Driven {
  readonly view: View;
  /** What the steps threw on the way; each was then tried again, as Temporal does it. */
  readonly thrown: readonly string[];
}

export interface DriveOptions {
  /** Goes on also where a person could decide: the looks at the records go on too. */
  readonly isPatient?: boolean;
}

const STEPS = { submit, look_up: lookUp, amend } as const;
const FINAL: ReadonlySet<string> = new Set(['InvalidRequest', 'ReferenceConflict', 'NotFound', 'DecisionRefused']);
const TRY_AGAIN_AFTER_MS = 60;
const GIVEN_UP_AFTER_MS = 30_000;

/**
 * Takes the steps that the ledger asks for, as the workflow does, and a step that throws again, as Temporal does. Ends with
 * the payout, or where only a person or an operator can go on. A function gives the worker that takes the next step.
 */
export async function drive(
  worker: Deps | (() => Deps),
  given: PayoutInput,
  { isPatient }: DriveOptions = {},
): Promise<Driven> {
  const { reference } = given;
  const request = given.provider === undefined ? {} : { request: given };
  const thrown: string[] = [];
  const deadline = Date.now() + GIVEN_UP_AFTER_MS;
  let view: View | undefined;
  for (;;) {
    if (view && (isPatient ? view.next.do === 'end' : hasComeToRest(view))) return { view, thrown };
    if (Date.now() > deadline)
      throw new Error(`${reference} came to no rest: ${JSON.stringify(view)} ${thrown.join(', ')}`);
    try {
      view = await takeNext(worker, reference, request, view);
    } catch (error) {
      const code = codeOf(error);
      if (FINAL.has(code)) throw error;
      thrown.push(code);
      await sleep(TRY_AGAIN_AFTER_MS);
    }
  }
}

/** The step `submit`, once, as a worker takes it. */
export const payOnce = (deps: Deps, request: PayoutInput): Promise<View> =>
  submit(deps)({ reference: request.reference, request });

async function takeNext(
  worker: Deps | (() => Deps),
  reference: string,
  request: object,
  view: View | undefined,
): Promise<View> {
  const whoever = typeof worker === 'function' ? worker : () => worker;
  if (!view) return submit(whoever())({ reference, ...request });
  const about = { reference, ledgerId: view.ledgerId };
  const { next } = view;
  if (next.do === 'wait') await sleep(Math.max(0, next.untilMs - view.nowMs));
  const step = next.do === 'wait' ? next.afterwards : next.do;
  return step === 'end' ? view : STEPS[step](whoever())(about);
}

const hasComeToRest = ({ next, waitingFor }: View): boolean =>
  next.do === 'end' || waitingFor === 'person' || waitingFor === 'operator';

const codeOf = (error: unknown): string =>
  error instanceof PayoutsError && ERROR_CODES.includes(error.code) ? error.code : String(error);

/** A person's word, as the workflow brings it to the ledger. */
export const decideFor = (deps: Deps, reference: string, decision: DecisionMade): Promise<View> =>
  makeDecision(deps)({ reference, decision, messageId: shortId() });

/** How often the provider was asked to pay, whatever came of it. */
export const payingCallsOf = (sandbox: Sandbox, provider: ProviderName): number =>
  sandbox.requests().filter(({ route }) => route === PAYING_ROUTES[provider]).length;

/** A request that its provider's sandbox pays, whichever it is. */
export const requestTo = (provider: ProviderName, given: object = {}): PayoutInput => ({
  ...REQUESTS[provider](given),
});

/** Works on many at once, but not on all: real servers on two cores have their limits. */
export async function inWaves<T, R>(all: readonly T[], atOnce: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) results[index] = await work(all[index] as T);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
