import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { findOpen, openQuery } from '../../src/ledger/find-open.js';
import { claim, makeLedger } from '../support/ledger.js';
import { manifestRequest, respondentRequest } from '../support/requests.js';

describe('who is meant by a delivery', () => {
  const of = (provider: string, about: object = {}) => ({ provider, account: 'default', ...about });

  it('is found by our reference, by the id of the provider, and by fields of the request', async () => {
    const ledger = await makeLedger();
    const [manifest, respondent, other] = [manifestRequest(), respondentRequest(), respondentRequest()];
    for (const request of [manifest, respondent, other]) await ledger.transaction((tx) => claim(tx, request));
    await sql`update payouts set provider_reference = 'pay_A' where reference = ${manifest.reference}`.execute(
      ledger.db,
    );
    const find = (provider: string, about: object) => findOpen(ledger.db, of(provider, about));
    const { screenerResponseId } = respondent;
    expect(await find('manifest', { reference: manifest.reference })).toEqual([manifest.reference]);
    expect(await find('manifest', { providerReference: 'pay_A' })).toEqual([manifest.reference]);
    expect(await find('manifest', { reference: manifest.reference, providerReference: 'pay_A' })).toHaveLength(1);
    expect(await find('respondent', { request: { screenerResponseId } })).toEqual([respondent.reference]);

    expect(await find('manifest', {})).toEqual([]);
    expect(await find('manifest', { reference: respondent.reference })).toEqual([]);
    expect(await find('respondent', { providerReference: 'pay_A' })).toEqual([]);
    expect(await find('respondent', { account: 'us', request: { screenerResponseId } })).toEqual([]);
    expect(await find('respondent', { request: { screenerResponseId: 'nobody' } })).toEqual([]);
    await sql`update payouts set next_at = null`.execute(ledger.db);
    expect(await find('respondent', { request: { screenerResponseId } })).toEqual([]);
  });

  it('is found by an index, whichever way it is named: not by reading all that sleep', async () => {
    const ledger = await makeLedger();
    await sql`
      insert into claims (reference, provider, account, host, credentials, request)
      select 'p/' || i, 'respondent', 'default', 'host', 'hash', jsonb_build_object('screenerResponseId', 'response-' || i)
      from generate_series(1, 3000) i`.execute(ledger.db);
    await sql`
      insert into payouts (reference, version, status, waiting_for, evidence, provider_reference, next_at, since, updated_at)
      select 'p/' || i, i, 'ready', 'date', 'sleeps', 'pay_' || i, now(), now(), now()
      from generate_series(1, 3000) i`.execute(ledger.db);
    await sql`analyze claims, payouts`.execute(ledger.db);
    for (const about of [
      { reference: 'p/7' },
      { providerReference: 'pay_7' },
      { request: { screenerResponseId: 'response-7' } },
    ]) {
      expect(await findOpen(ledger.db, of('respondent', about))).toEqual(['p/7']);
      const { rows } = await sql<object>`explain ${openQuery(of('respondent', about))}`.execute(ledger.db);
      expect(JSON.stringify(rows)).not.toContain('Seq Scan');
    }
  });
});
