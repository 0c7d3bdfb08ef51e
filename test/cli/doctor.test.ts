import { describe, expect, it } from 'vitest';
import { checkHosts } from '../../src/cli/doctor/check-accounts.js';
import { toDurability } from '../../src/cli/doctor/check-durability.js';
import { checkClock } from '../../src/cli/doctor/check-ledger.js';
import { toSweep } from '../../src/cli/doctor/check-sweep.js';
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
    ['between question and answer', 10_500, 'ok'],
    ['a little ahead', 15_900, 'ok'],
    ['more than five seconds ahead', 16_100, 'warning'],
    ['a little behind', 5_100, 'ok'],
    ['more than five seconds behind', 4_900, 'warning'],
  ])('%s', (_name, databaseMs, level) => {
    expect(checkClock(10_000, databaseMs, 11_000)).toMatchObject({ level });
  });

  it('is told with its distance and the mend', () => {
    expect(checkClock(10_000, 19_000, 11_000).message).toBe(
      "the database's is 8 s ahead: mend the time service of both",
    );
    expect(checkClock(10_000, 2_000, 11_000).message).toMatch(/8 s behind/);
  });
});

describe('a ledger that may forget what it committed', () => {
  const safe = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

  it.each(['fsync', 'full_page_writes', 'synchronous_commit'])('is warned of: %s is off', (name) => {
    const { level, message } = toDurability({ ...safe, [name]: 'off' });
    expect(level).toBe('warning');
    expect(message).toMatch(new RegExp(`^${name} is off: .*turn it on`));
  });

  it('is warned of once, for all that is off', () => {
    expect(toDurability({ ...safe, fsync: 'off', synchronous_commit: 'off' }).message).toMatch(
      /^fsync is off: .*; synchronous_commit is off: .*turn them on/,
    );
  });

  it.each(['on', 'local', 'remote_apply'])('is none with synchronous_commit = %s', (synchronous_commit) => {
    expect(toDurability({ ...safe, synchronous_commit })).toMatchObject({ level: 'ok' });
  });
});

describe('the sweep, which brings back payouts whose workflow is gone', () => {
  const minutesAgo = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 12, 0) - minutes * 60_000);
  const look = (createdAt: Date, lastRunAt?: Date, isPaused = false) =>
    toSweep('payouts/sweep', { isPaused, createdAt, lastRunAt }, minutesAgo(0).getTime());

  it('is well where it ran a moment ago, or is new', () => {
    expect(look(minutesAgo(900), minutesAgo(6)).ok).toBe(true);
    expect(look(minutesAgo(3))).toMatchObject({ ok: true, message: expect.stringMatching(/first run/) });
  });

  it('is a problem where nothing was started for longer than it may be late', () => {
    expect(look(minutesAgo(900), minutesAgo(16))).toMatchObject({ ok: false, message: expect.stringMatching(/11:44/) });
    expect(look(minutesAgo(16)).ok).toBe(false);
  });

  it('is a problem while it is paused, and the command is said that mends it', () => {
    expect(look(minutesAgo(900), minutesAgo(1), true)).toMatchObject({
      ok: false,
      message: expect.stringContaining('temporal schedule toggle --unpause --schedule-id payouts/sweep'),
    });
  });
});
