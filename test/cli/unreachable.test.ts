import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

/** Nobody listens on port 1. */
const NO_SERVER = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
const NO_LEDGER = { PAYOUTS_DATABASE_URL: 'postgres://payouts:hunter22@127.0.0.1:1/payouts' };
const PAYOUT =
  '{"reference":"a","provider":"manifest","accountConnection":"acon_X","amountMinor":1500,"currency":"USD"}';
/** Six seconds, and what two busy cores need to load the program from its sources. */
const WITHIN_MS = 6_000 + 8_000;

const resolveA = ['resolve', 'a', '--paid', '--by', 'Ada', '--evidence', 'seen'];

describe('without a Temporal server', () => {
  it.each([
    [['start', '-']],
    [['show', 'a']],
    [['wait', 'a']],
    [['cancel', 'a']],
    [['reschedule', 'a', '2100-01-01T00:00:00Z']],
    [['resume', 'a']],
    [resolveA],
  ])('%j ends with 5 and says where it looked', async (args) => {
    const run = await runCli(args, { env: NO_SERVER, input: PAYOUT });
    expect(run.stderr).toBe(
      'payouts: the Temporal server at 127.0.0.1:1 cannot be reached (nobody listens there): check TEMPORAL_ADDRESS\n',
    );
    expect(run).toMatchObject({ code: 5, stdout: '' });
    expect(run.durationMs).toBeLessThan(WITHIN_MS);
  });
});

describe('without a ledger', () => {
  it.each([[['show', 'a']], [['list']], [['wait', 'a']], [['accept-ledger', '--by', 'Ada']]])(
    '%j ends with 5, tells it as JSON too, and never shows the password',
    async (args) => {
      const run = await runCli([...args, '--json'], { env: { ...NO_SERVER, ...NO_LEDGER } });
      expect(run.json()).toEqual({
        error: { code: 'LedgerUnreachable', message: expect.stringMatching(/ECONNREFUSED/) },
      });
      expect(run.code).toBe(5);
      expect(run.stderr).toMatch(/^payouts: the ledger cannot be reached \(.*\): check PAYOUTS_DATABASE_URL/);
      expect(run.stdout + run.stderr).not.toContain('hunter22');
      expect(run.durationMs).toBeLessThan(WITHIN_MS);
    },
  );

  it('says it when the URL is none, and does not show it', async () => {
    const run = await runCli(['list'], { env: { PAYOUTS_DATABASE_URL: 'postgres://u:hunter22@host:port/x' } });
    expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/^payouts: PAYOUTS_DATABASE_URL: is no URL/) });
    expect(run.stderr).not.toContain('hunter22');
  });
});

describe('with neither', () => {
  it('migrate reports both halves and ends with 5', async () => {
    const run = await runCli(['migrate', '--json'], { env: { ...NO_SERVER, ...NO_LEDGER } });
    expect(run.code).toBe(5);
    expect(run.json()).toMatchObject({
      ledger: { ok: false, error: { code: 'LedgerUnreachable' } },
      searchAttributes: { ok: false, error: { code: 'ServerUnreachable' } },
      error: { code: 'LedgerUnreachable' },
    });
  });

  it('doctor names both problems and ends with 1', async () => {
    const run = await runCli(['doctor', '--json'], { env: { ...NO_SERVER, ...NO_LEDGER } });
    expect(run.code).toBe(1);
    expect(run.json()).toMatchObject({
      ok: false,
      checks: [
        { check: 'Temporal server', ok: false, message: expect.stringMatching(/check TEMPORAL_ADDRESS/) },
        { check: 'ledger', ok: false, message: expect.stringMatching(/check PAYOUTS_DATABASE_URL/) },
        { check: 'credentials', ok: true },
      ],
    });
  });
});
