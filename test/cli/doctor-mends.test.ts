import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { sweepScheduleId } from '../../src/temporal/sweep-schedule.js';
import { makeDatabase } from '../support/database.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { runHere } from './run-here.js';

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly level: string;
  readonly message: string;
}

describe('the doctor, with server, ledger and worker', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startPayouts();
  });
  afterAll(() => stack?.stop());

  const payouts = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runHere(args, { env: { ...stack.env, ...env } });
  /** What it says of one check, and how it ends. */
  const ask = async (name: string, env: Readonly<Record<string, string>> = {}, ...flags: readonly string[]) => {
    const run = await payouts(['doctor', '--json', ...flags], env);
    const { checks } = run.json() as { readonly checks: readonly Check[] };
    const found = checks.find(({ check }) => check === name);
    if (!found) throw new Error(`it checked no ${name}: ${run.stdout}`);
    return { ...found, code: run.code };
  };
  const queue = () => stack.env['PAYOUTS_TASK_QUEUE'] as string;

  it('names what migrate would create, and has nothing to say of it afterwards', async () => {
    const toMigrate = { ok: false, code: 1, message: expect.stringMatching(/run `payouts migrate`$/) };
    expect(await ask('sweep')).toMatchObject(toMigrate);
    expect(await ask('task queue')).toMatchObject(toMigrate);
    expect(await ask('search attributes', { TEMPORAL_NAMESPACE: 'temporal-system' })).toMatchObject(toMigrate);
    expect(await ask('migrations', { PAYOUTS_DATABASE_URL: await makeDatabase() })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/run `payouts migrate`/),
    });
    expect((await payouts(['migrate'])).code).toBe(0);
    expect(await ask('sweep')).toMatchObject({ ok: true, code: 0 });
    expect(await ask('search attributes')).toMatchObject({ ok: true });
  });

  it('sees that the sweep is paused', async () => {
    const sweep = stack.client.schedule.getHandle(sweepScheduleId(queue()));
    await sweep.pause();
    expect(await ask('sweep')).toMatchObject({ ok: false, code: 1, message: expect.stringMatching(/is paused/) });
    await sweep.unpause();
    expect(await ask('sweep')).toMatchObject({ ok: true, code: 0 });
  });

  it('warns of a ledger that may lose commits, which is no problem', async () => {
    // As the Postgres of the tests is set up.
    const found = await ask('ledger durability');
    expect(found).toMatchObject({ ok: true, level: 'warning', code: 0 });
    expect(found.message).toMatch(/^fsync is off/);
    const { stdout } = await payouts(['doctor']);
    expect(stdout).toMatch(/^warning {2}ledger durability /m);
    expect(stdout).toMatch(/^no problem, and 1 of \d+ checks warn$/m);
  });

  it('says for each account whether a worker polls its queue', async () => {
    const us = { MANIFEST_API_KEY__US: 'sandbox-manifest-key' };
    expect(await ask(`queue ${queue()}/manifest/default`, us)).toMatchObject({ ok: true });
    expect(await ask(`queue ${queue()}/manifest/us`, us)).toMatchObject({
      ok: false,
      code: 1,
      message: 'no worker polls it: run `payouts worker` with credentials for this account',
    });
  });

  it('tries credentials by a harmless read, unless it is to leave the providers alone', async () => {
    const wrong = { MANIFEST_API_KEY: 'not-the-key' };
    expect(await ask('manifest/default', wrong)).toMatchObject({
      ok: false,
      code: 1,
      message: expect.stringMatching(/^sandbox, http.*mend the credentials or the base URL$/),
    });
    const asked = stack.sandbox.requests().length;
    expect(await ask('manifest/default', wrong, '--no-providers')).toMatchObject({
      ok: true,
      code: 0,
      message: expect.stringMatching(/^sandbox, http.*: not tried$/),
    });
    expect(stack.sandbox.requests()).toHaveLength(asked);
    expect(stack.sandbox.journal()).toEqual([]);
  });

  it('refuses a ledger that is newer than this program, and names a namespace that is not there', async () => {
    const url = await makeDatabase();
    const ledger = openLedger({ url, maxConnections: 1 });
    await ledger.migrate();
    await sql`insert into kysely_migration (name, timestamp) values ('999-later', now()::text)`.execute(ledger.db);
    await ledger.close();
    const newer = { PAYOUTS_DATABASE_URL: url };
    expect(await ask('migrations', newer)).toMatchObject({
      ok: false,
      message: expect.stringMatching(/has 999-later.*upgrade this program/),
    });
    expect(await ask('namespace', { TEMPORAL_NAMESPACE: 'nobodys' })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/create it, or mend TEMPORAL_NAMESPACE/),
    });
  });
});
