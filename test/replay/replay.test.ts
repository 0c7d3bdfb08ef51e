import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { STATUSES } from '../../src/payout/status.js';
import { quiet } from '../support/quiet.js';
import { savedHistories } from './history-file.js';
import { SCENARIOS } from './scenarios.js';

const saved = savedHistories();

beforeAll(() => {
  Runtime.install({ logger: quiet, telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
});

const today = (): string => readFileSync(inject('workflowBundle'), 'utf8');
const replay = (code: string, history: unknown): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: { code } }, history, workflowIdOf(history));

/** A payout's workflow expects its own id; a history does not hold it. */
function workflowIdOf(history: unknown): string {
  const [input] = payloadsOf(history).filter((payload) => payload.includes('"reference"'));
  return input === undefined ? 'another' : `payout/${(JSON.parse(input) as { reference: string }).reference}`;
}

const payloadsOf = (history: unknown): readonly string[] =>
  [...JSON.stringify(history).matchAll(/"data":"([^"]+)"/g)].map(([, data]) =>
    Buffer.from(data as string, 'base64').toString('utf8'),
  );

describe("today's workflow code", () => {
  it.each(saved)('goes the way that was gone before: $name', async ({ history }) => {
    await replay(today(), history);
  });

  it('is held against every way that a payout can go, and every status', () => {
    expect(saved.map(({ name }) => name)).toEqual(expect.arrayContaining(SCENARIOS.map(({ name }) => name)));
    const statuses = STATUSES.filter((status) => saved.some(({ history }) => shows(history, status)));
    expect(statuses).toEqual([...STATUSES]);
  });
});

describe('the workflow code that hands traces on', () => {
  const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
  let traced: string;
  beforeAll(async () => {
    const workflowInterceptorModules = [path('../../workflows/trace-header')];
    const workflowsPath = path('../../workflows');
    ({ code: traced } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger: quiet }));
  });

  it.each(saved)(
    'goes the same way: tracing may be turned on under a payout that waits, and off: $name',
    async (one) => {
      await replay(traced, one.history);
    },
  );

  it('is held to it: one more turn of the loop with a timer in it would be found', async () => {
    const mutated = traced.replace(
      'return next(input);',
      'return new Promise((go) => setTimeout(go, 1)).then(() => next(input));',
    );
    expect(mutated).not.toBe(traced);
    const [first] = saved;
    await expect(replay(mutated, first?.history)).rejects.toBeInstanceOf(DeterminismViolationError);
  });
});

/** A step that is called by another name, a wait that was not there: changes that a running payout would not survive. */
const MUTANTS: readonly (readonly [what: string, from: string, to: string])[] = [
  ['asks for another step', "submit: 'submit'", "submit: 'lookUp'"],
  ['begins with another step', '.steps.submit({', '.steps.lookUp({'],
  [
    'waits before it begins',
    'let view = await carrier.begin();',
    'await new Promise((go) => setTimeout(go, 1)); let view = await carrier.begin();',
  ],
  ['does not write the search attributes', 'key !== this.shown', 'false'],
];

describe('a change of the workflow code that payouts under way would not survive', () => {
  it.each(MUTANTS)('is found by these histories: it %s', async (_what, from, to) => {
    const code = today();
    const mutated = code.replace(from, to);
    expect(mutated, `the bundle holds no \`${from}\`: mend the mutant`).not.toBe(code);
    const found = await Promise.all(
      saved.map(({ history }) =>
        replay(mutated, history).then(
          () => false,
          (error: unknown) => {
            expect(error).toBeInstanceOf(DeterminismViolationError);
            return true;
          },
        ),
      ),
    );
    expect(found).toContain(true);
  });
});

/** Whether a step of the history answered with the status. */
const shows = (history: unknown, status: string): boolean =>
  payloadsOf(history).some((payload) => payload.includes(`"status":"${status}","waitingFor"`));
