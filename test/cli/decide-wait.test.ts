import { describe, expect, it } from 'vitest';
import { isSettled, toExitCode } from '../../src/cli/decide-wait.js';
import type { Status, WaitingFor } from '../../src/payout/status.js';

const at = (status: Status, waitingFor: WaitingFor = 'nothing') => ({ status, waitingFor });
const [sent, error, pending] = [at('sent'), at('error'), at('pending', 'provider')];
const [doubted, forPerson] = [at('in_doubt', 'provider'), at('in_doubt', 'person')];

describe('a wait', () => {
  it.each([
    ['all have ended', true, [sent, error, at('returned'), at('canceled')]],
    ['a sent one is still watched for a return', true, [at('sent', 'provider')]],
    ['only a person can go on', true, [sent, forPerson]],
    ['one waits for a person and the others are in doubt', true, [forPerson, doubted]],
    ['one waits for a person and another goes on by itself', false, [forPerson, pending]],
    ['one is in doubt and the provider may still answer', false, [sent, doubted]],
    ['one waits for the operator', false, [at('created', 'operator')]],
    ['one waits for its date', false, [at('ready', 'date')]],
  ])('when %s is over: %s', (_name, expected, payouts) => {
    expect(isSettled(payouts)).toBe(expected);
  });

  it.each([
    [0, 'all are sent', [sent, at('sent', 'provider')]],
    [1, 'any ended otherwise', [sent, error]],
    [1, 'any was canceled', [at('canceled')]],
    [1, 'any came back', [at('returned')]],
    [3, 'any is in doubt, whatever became of the others', [sent, error, forPerson]],
    [3, 'the time is up and one is still in doubt', [doubted, pending]],
    [4, 'the time is up and one has not ended', [sent, error, pending]],
  ])('ends with %d when %s', (expected, _name, payouts) => {
    expect(toExitCode(payouts)).toBe(expected);
  });
});
