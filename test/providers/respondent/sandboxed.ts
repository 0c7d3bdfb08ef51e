import { onTestFinished } from 'vitest';
import type { RespondentRequest } from '../../../src/payout/request.js';
import { respondent } from '../../../src/providers/respondent/index.js';
import {
  RESPONDENT_ROUTES,
  respondentSandbox,
  type RespondentSandboxOptions,
} from '../../../src/providers/respondent/sandbox.js';
import type { FaultInput } from '../../../src/sandbox/fault-spec.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';

/** A real account against the real sandbox, over HTTP. */
export async function connectToSandbox({ now, ...options }: RespondentSandboxOptions & { now?: () => number } = {}) {
  const sandbox = await startSandbox({ providers: [respondentSandbox(options)], ...(now ? { now } : {}) });
  onTestFinished(() => sandbox.stop());
  return {
    sandbox,
    account: connect(sandbox.env),
    /** The same account, which waits a quarter of a second only. */
    impatient: connect(sandbox.env, 250),
    /** How many payments were really made. */
    paidTimes: () => sandbox.journal().length,
    /** The routes that were asked, in short. */
    asked: () => sandbox.requests().map(({ route }) => SHORT[route] ?? route),
    addFault: (route: keyof typeof RESPONDENT_ROUTES, fault: Omit<FaultInput, 'provider' | 'route'>) =>
      sandbox.faults.add({ provider: 'respondent', route: RESPONDENT_ROUTES[route], ...fault }),
    /** Pays as somebody else would: without us. */
    payElsewhere: async (request: RespondentRequest) => {
      const prepared = await connect(sandbox.env).prepare(request, IDENTIFIED);
      if (prepared.kind !== 'prepared') throw new Error(`not prepared: ${JSON.stringify(prepared)}`);
      await connect(sandbox.env).pay(prepared.call, 'no key');
    },
  };
}

/** Whether only a client that gives up gets to see the end of it. */
export const neverEnds = ({ kind }: Pick<FaultInput, 'kind'>): boolean => kind === 'never_answers' || kind === 'slow';

const SHORT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(RESPONDENT_ROUTES).map(([name, route]) => [route, name]),
);

export function connect(env: Readonly<Record<string, string>>, httpTimeoutMs = 5000) {
  const config = respondent.readConfig(env).get('default');
  if (!config) throw new Error('no default account in the environment');
  return respondent.connect(config, { httpTimeoutMs });
}

export const IDENTIFIED = { kind: 'identified' } as const;

export const makeRequest = (changes: Partial<RespondentRequest> = {}): RespondentRequest => ({
  reference: 'study-44/p-002',
  provider: 'respondent',
  account: 'default',
  projectId: 'project-1',
  screenerResponseId: 'response-1',
  payoutCount: 1,
  tipMinor: 0,
  ...changes,
});

/** What a look-up asks when nothing else is known. */
export const makeQuery = (request: RespondentRequest) => ({ request, controls: [] });
