import type { ServedAccount } from '../../activities/deps.js';
import { manifestSandbox } from '../../src/providers/manifest/sandbox.js';
import { prolificSandbox } from '../../src/providers/prolific/sandbox.js';
import { findProvider } from '../../src/providers/registry.js';
import { respondentSandbox } from '../../src/providers/respondent/sandbox.js';
import type { SandboxFactory } from '../../src/sandbox/provider.js';
import { readTiming } from '../../src/worker/timing.js';
import { overNetwork } from './network.js';
import { lagOf, type Plan } from './plan.js';
import { makeSite, OTHER_CREDENTIALS, type Site } from './sites.js';

/** Shorter than in earnest, so that it passes within few steps; and nobody tells a carrier anything, so it looks for itself. */
const KEY_WINDOW_MS = 300_000;
const TIMES = { PAYOUTS_KEY_WINDOW_MS: String(KEY_WINDOW_MS), PAYOUTS_FALLBACK_MS: '60000' };
/** Slow enough that a cancel can come in time. */
const STAGES = { createdMs: 1_000, readyMs: 3_000, pendingMs: 2_000 };

/** The simulated APIs of a plan: the ordinary one, the one of another host, and the purse of other credentials. */
export function makeSites(plan: Plan, now: () => number): readonly Site[] {
  const factory = factoryOf(plan);
  return [
    makeSite('ordinary', 'provider.example', factory, now),
    makeSite('other host', 'elsewhere.example', factory, now),
    makeSite('other credentials', 'provider.example', factory, now, OTHER_CREDENTIALS),
  ];
}

function factoryOf(plan: Plan): SandboxFactory {
  const { lagMs, rememberKeysMs = KEY_WINDOW_MS, echo = 'user_data', rule = 'refuses_wrong_number' } = plan;
  switch (plan.provider) {
    case 'manifest':
      return manifestSandbox({
        ...STAGES,
        rememberKeysMs,
        echoUserData: echo,
        listLagMs: lagMs,
        ...(plan.listsNothing === true ? { listed: () => [] } : {}),
      });
    case 'respondent':
      return respondentSandbox({ rule, visibleAfterMs: lagMs });
    case 'prolific':
      return prolificSandbox({ visibleAfterMs: (submission) => lagOf(plan, bearerOf(plan, submission)) });
    default:
      return plan.provider satisfies never;
  }
}

const bearerOf = ({ requests }: Plan, submission: string): string =>
  requests.find((one) => one['submissionId'] === submission)?.reference ?? '';

const connected = new Map<string, ServedAccount>();

/** The account that a worker serves whose environment leads to this site. It keeps nothing of a run, so it is connected once. */
export function serve(plan: Plan, site: Site): ServedAccount {
  const key = `${plan.provider} ${plan.guardProven} ${site.name}`;
  const known = connected.get(key) ?? connect(plan, site);
  connected.set(key, known);
  return known;
}

/** The real adapter, connected. */
function connect({ provider: name, guardProven = false }: Plan, { env }: Site): ServedAccount {
  const provider = findProvider(name);
  if (!provider) throw new Error(`no provider ${name}`);
  const guard = { RESPONDENT_GUARD: guardProven ? 'proven' : 'unproven' };
  const timing = readTiming(TIMES, provider);
  const [config = {}] = provider.readConfig({ ...env, ...(name === 'respondent' ? guard : {}) }).values();
  return {
    provider,
    name: 'default',
    account: overNetwork(() => provider.connect(config, { httpTimeoutMs: timing.httpTimeoutMs })),
    timing,
  };
}
