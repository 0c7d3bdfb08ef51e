import { describe, expect, it } from 'vitest';
import { checkHosts } from '../../src/cli/doctor/check-accounts.js';
import { checkClock } from '../../src/cli/doctor/check-ledger.js';
import { isSandbox } from '../../src/cli/is-sandbox.js';

describe('a base URL', () => {
  it.each([
    ['http://127.0.0.1:4010/enterprise/v1', true],
    ['http://localhost:4010', true],
    ['http://[::1]:4010', true],
    ['https://api.sandbox.example.com', true],
    ['https://staging-api.example.com', true],
    ['https://api.example.com/sandbox', false],
    ['https://api.attest.com', false],
    ['https://127.example.com', false],
  ])('%s is a sandbox: %s', (url, expected) => {
    expect(isSandbox(url)).toBe(expected);
  });

  it('is a problem where live ones and sandboxes are mixed', () => {
    expect(checkHosts(['http://localhost:1', 'https://api.example.com'])).toMatchObject({ ok: false });
    expect(checkHosts(['http://localhost:1'])).toMatchObject({ ok: true, message: 'all sandbox: no money moves' });
    expect(checkHosts(['https://api.example.com'])).toMatchObject({ ok: true, message: 'all LIVE: money moves' });
  });
});

describe("the database's clock", () => {
  it.each([
    ['between question and answer', 10_500, true],
    ['a little ahead', 12_500, true],
    ['far ahead', 16_000, false],
    ['far behind', 4_000, false],
  ])('%s', (_name, databaseMs, ok) => {
    expect(checkClock(10_000, databaseMs, 11_000)).toMatchObject({ ok });
  });

  it('is told with its distance and the mend', () => {
    expect(checkClock(10_000, 16_000, 11_000).message).toBe(
      "the database's is 5 s ahead: mend the time service of both",
    );
  });
});
