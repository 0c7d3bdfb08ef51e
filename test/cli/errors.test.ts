import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli/cli-error.js';
import { toTold } from '../../src/cli/errors.js';
import { hideSecrets } from '../../src/cli/hide-secrets.js';
import { isDeadline, isUnanswered } from '../../src/cli/is-unanswered.js';
import {
  DecisionRefused,
  InvalidRequest,
  LedgerUnreachable,
  NotFound,
  ReferenceConflict,
  ServerUnreachable,
} from '../../src/payout/errors.js';
import { ConfigError } from '../../src/providers/config-error.js';
import { parseFaultSpec } from '../../src/sandbox/fault-spec.js';

const withCode = (code: unknown, message = 'why') => Object.assign(new Error(message), { code });
const named = (name: string, message: string, cause?: Error) => Object.assign(new Error(message, { cause }), { name });

describe('an error ends the process with', () => {
  it.each([
    [2, 'InvalidRequest', new InvalidRequest('amountMinor: is missing')],
    [1, 'ReferenceConflict', new ReferenceConflict('another amountMinor')],
    [1, 'NotFound', new NotFound('a')],
    [1, 'DecisionRefused', new DecisionRefused('too early')],
    [5, 'LedgerUnreachable', new LedgerUnreachable('no answer')],
    [5, 'ServerUnreachable', new ServerUnreachable('no answer')],
    [2, 'Config', new ConfigError('MANIFEST_API_KEY', 'is missing')],
    [4, 'WaitedTooLong', new CliError('WaitedTooLong', 'no answer', 4)],
    [5, 'LedgerUnreachable', withCode('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1')],
    [5, 'LedgerUnreachable', new AggregateError([withCode('ECONNREFUSED')])],
    [5, 'LedgerUnreachable', withCode('28P01', 'password authentication failed for user "x"')],
    [1, 'LedgerSchema', withCode('42P01', 'relation "claims" does not exist')],
    [1, 'LedgerAccess', withCode('42501', 'permission denied for table claims')],
    [2, 'Config', withCode('ERR_INVALID_URL', 'Invalid URL')],
    [5, 'ServerUnreachable', named('ServiceError', 'failed', withCode(14, '14 UNAVAILABLE: no connection'))],
    [1, 'SearchAttributes', named('ServiceError', 'x', withCode(3, 'no mapping for search attribute PayoutStatus'))],
    [2, 'Config', named('NamespaceNotFoundError', "Namespace not found: 'x'")],
    [1, 'WorkflowFailed', named('WorkflowUpdateFailedError', 'failed', new Error('it was terminated'))],
    [1, 'Unexpected', new TypeError('x is undefined')],
  ])('%d and the code %s', (exit, code, error) => {
    expect(toTold(error)).toMatchObject({ exit, code });
  });

  it('2 for a fault that cannot mean what was written', () => {
    const error = (() => {
      try {
        return parseFaultSpec({ provider: 'manifest' });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(toTold(error)).toMatchObject({ exit: 2, code: 'Usage', message: expect.stringMatching(/^--fault: kind: /) });
  });

  it('a message of one line', () => {
    expect(toTold(new InvalidRequest('a\n  b')).message).toBe('a b');
  });
});

describe('a call without an answer', () => {
  it('is told apart by the code at the end of its causes', () => {
    const late = new ServerUnreachable('not done', { cause: named('ServiceError', 'x', withCode(4)) });
    const nobody = named('ServiceError', 'x', withCode(9));
    expect([late, nobody, withCode(14)].map(isDeadline)).toEqual([true, false, false]);
    expect([late, nobody, withCode(14)].map(isUnanswered)).toEqual([true, true, false]);
  });
});

describe('a secret', () => {
  const env = {
    MANIFEST_API_KEY: 'key-abc123',
    RESPONDENT_API_SECRET__US: 'secret-us',
    TEMPORAL_API_KEY: 'temporal-key',
    PAYOUTS_DATABASE_URL: 'postgres://user:p%40ssword@db/payouts',
    PROLIFIC_BASE_URL: 'https://api.example.com',
    SHORT_API_KEY: 'a',
  };

  it.each([
    ['key-abc123 was refused', '*** was refused'],
    ['secret-us, temporal-key', '***, ***'],
    ['cannot parse postgres://user:p%40ssword@db/payouts', 'cannot parse ***'],
    ['password p@ssword or p%40ssword', 'password *** or ***'],
    ['https://api.example.com has a letter a', 'https://api.example.com has a letter a'],
  ])('is not shown: %s', (text, expected) => {
    expect(hideSecrets(text, env)).toBe(expected);
  });
});
