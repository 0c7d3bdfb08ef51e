import { describe, expect, it } from 'vitest';
import type { Outcome, OutcomeKind } from '../../src/payout/outcome.js';
import type { HttpResult } from '../../src/providers/http.js';
import { manifestExamples } from '../../src/providers/manifest/examples.js';
import { toOutcome as toManifestOutcome } from '../../src/providers/manifest/mapping.js';
import { prolificExamples } from '../../src/providers/prolific/examples.js';
import { toPayOutcome } from '../../src/providers/prolific/mapping.js';
import { PROVIDERS } from '../../src/providers/registry.js';
import { respondentExamples } from '../../src/providers/respondent/examples.js';
import { toOutcome as toRespondentOutcome } from '../../src/providers/respondent/mapping.js';

interface Contract {
  readonly examples: readonly { readonly name: string; readonly result: HttpResult; readonly outcome: OutcomeKind }[];
  readonly toOutcome: (result: HttpResult) => Outcome;
  /** The statuses that the provider's table names as refusals: all others below 200 and from 300 on are ambiguous. */
  readonly refusals: readonly number[];
}

const CONTRACTS: Readonly<Record<string, Contract>> = {
  manifest: {
    examples: manifestExamples,
    toOutcome: (result) => toManifestOutcome(result),
    refusals: [400, 401, 402, 403, 404, 422],
  },
  prolific: {
    examples: prolificExamples.map((example) => ({
      ...example,
      outcome: 'outcome' in example ? (example.outcome as OutcomeKind) : example.kind,
    })),
    toOutcome: toPayOutcome,
    refusals: [400, 401, 402, 403, 404, 405, 422, 429],
  },
  respondent: {
    examples: respondentExamples,
    toOutcome: toRespondentOutcome,
    refusals: [400, 401, 402, 403, 404, 422, 429],
  },
};

const reply = (status: number): HttpResult => ({ kind: 'reply', status, text: '', json: undefined });

describe.each(PROVIDERS.map(({ name }) => name))('the paying call of %s', (name) => {
  const contract = CONTRACTS[name] as Contract;

  it.each(contract.examples)('$name is $outcome', ({ result, outcome }) => {
    expect(contract.toOutcome(result).kind).toBe(outcome);
  });

  it.each(['accepted', 'rejected', 'ambiguous', 'unsent'] as const)('has an example that is %s', (outcome) => {
    expect(contract.examples.some((example) => example.outcome === outcome)).toBe(true);
  });

  it('is accepted by any 2xx, refused by what its table names, and ambiguous by everything else', () => {
    for (let status = 200; status < 600; status += 1) {
      const expected = status < 300 ? 'accepted' : contract.refusals.includes(status) ? 'rejected' : 'ambiguous';
      expect({ status, kind: contract.toOutcome(reply(status)).kind }).toEqual({ status, kind: expected });
    }
  });

  it('is in doubt when the reply was lost, and unsent only when nothing can have left', () => {
    expect(contract.toOutcome({ kind: 'lost', cause: 'ECONNRESET' }).kind).toBe('ambiguous');
    expect(contract.toOutcome({ kind: 'unsent', cause: 'ECONNREFUSED' }).kind).toBe('unsent');
  });
});

describe.each(PROVIDERS)('the request of $name', ({ name, requestSchema }) => {
  const problems = (extra: object): string =>
    JSON.stringify(requestSchema.safeParse({ reference: 'r', provider: name, ...extra }).error?.issues ?? []);

  it.each([
    ['an unknown field', { surprise: 1 }, 'surprise'],
    ['a reference with spaces', { reference: 'a b' }, 'reference'],
    ['a reference that is too long', { reference: 'a'.repeat(201) }, 'reference'],
    ['an account of another form', { account: 'US!' }, 'account'],
    ['a day that does not exist', { scheduledAt: '2026-02-30T10:00:00Z' }, 'scheduledAt'],
    ['a day without a time', { scheduledAt: '2026-02-20' }, 'scheduledAt'],
    ['an instant without an offset', { scheduledAt: '2026-02-20T10:00:00' }, 'scheduledAt'],
    ['metadata that is no object', { metadata: [1] }, 'metadata'],
  ])('refuses %s, and names the field', (_what, extra, field) => {
    expect(problems(extra)).toContain(field);
  });
});
