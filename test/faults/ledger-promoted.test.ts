import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { startPostgres, type Postgres } from '../../src/dev/postgres.js';
import { compareWithLedger } from '../../src/sandbox/agreement.js';
import type { OracleRow } from '../../src/sandbox/oracle.js';
import { PROVIDER_NAMES } from '../support/requests.js';
import { startStandby, type Standby } from './support/standby.js';
import { drive, payingCallsOf, payOnce, requestTo, startSteps, type Steps } from './support/steps.js';

let primary: Postgres;
let standby: Standby;
let steps: Steps;
beforeAll(async () => {
  primary = await startPostgres();
  steps = await startSteps(await primary.createDatabase('payouts'));
  standby = await startStandby(primary);
});
afterAll(async () => {
  await steps?.stop();
  await standby?.stop();
  await primary?.stop();
});

describe('a ledger that was promoted without its last rows', () => {
  it('pays nothing from the first moment on, until a person accepts it', async () => {
    const kept = requestTo('prolific');
    const known = await steps.openSandbox('prolific');
    expect((await drive(steps.worker(known), kept)).view.status).toBe('sent');
    await standby.untilCaughtUp();

    // What is paid from here on, the standby never hears of.
    standby.cutOff();
    const lost = await Promise.all(
      PROVIDER_NAMES.map(async (provider) => {
        const sandbox = await steps.openSandbox(provider);
        const request = requestTo(provider);
        expect((await drive(steps.worker(sandbox), request)).view.status).toBe('sent');
        return { provider, sandbox, request };
      }),
    );
    await steps.expectAgreement();

    // A standby refuses by itself; what matters is the moment after its promotion.
    const databaseUrl = standby.url(steps.databaseUrl);
    const asStandby = await payOnce(steps.worker(known, { databaseUrl }), kept).catch(String);
    expect(asStandby).toContain('LedgerNotAccepted');
    primary.kill('SIGKILL');
    await standby.promote();

    const promoted = openLedger({ url: databaseUrl, maxConnections: 2 });
    try {
      for (const { provider, sandbox, request } of lost) {
        const tried = await payOnce(steps.worker(sandbox, { databaseUrl }), request).catch(String);
        expect({ provider, tried }).toEqual({ provider, tried: expect.stringContaining('LedgerNotAccepted') });
        expect({ provider, calls: payingCallsOf(sandbox, provider) }).toEqual({ provider, calls: 1 });
      }
      expect(await journalOnly(promoted.db)).toHaveLength(lost.length);

      // The person knows what is missing, and starts again only what its key protects. What nobody starts, nobody pays.
      await promoted.accept('ada');
      const { sandbox, request } = lost.find(({ provider }) => provider === 'manifest') as (typeof lost)[number];
      const again = await drive(steps.worker(sandbox, { databaseUrl }), request);
      expect(again.view).toMatchObject({ status: 'sent', exchanges: [{ outcome: 'accepted' }] });
      expect(steps.journal()).toHaveLength(1 + lost.length);
      expect((await journalOnly(promoted.db)).map(({ provider }) => provider).sort()).toEqual([
        'prolific',
        'respondent',
      ]);
    } finally {
      await promoted.close();
    }
  });
});

/** The oracle on the promoted ledger: all that it finds wrong has to be a payment that this ledger never heard of. */
async function journalOnly(db: Kysely<unknown>): Promise<readonly OracleRow[]> {
  const { rows } = await compareWithLedger(db, steps.journal());
  const wrong = rows.filter(({ verdict }) => verdict !== 'agrees');
  expect(wrong.filter(({ verdict }) => verdict !== 'journal_only')).toEqual([]);
  return wrong;
}
