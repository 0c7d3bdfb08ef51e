import { describe, expect, it } from 'vitest';
import type { ManifestRequest } from '../../../src/payout/request.js';
import { toBulkOutcome } from '../../../src/providers/manifest/bulk-outcome.js';

const request = (reference: string, more: Partial<ManifestRequest> = {}): ManifestRequest => ({
  reference,
  provider: 'manifest',
  account: 'default',
  accountConnection: `acon_${reference}`,
  amountMinor: 1500,
  currency: 'USD',
  ...more,
});
const REQUESTS = [request('a'), request('b'), request('c')];
const reply = (status: number, json: unknown) => ({ kind: 'reply', status, json, text: '' }) as const;
const row = (reference: string, more: object = {}) => ({
  id: `pay_${reference}`,
  type: 'direct',
  status: 'ready',
  account_connection: `acon_${reference}`,
  amount_in_cents: 1500,
  user_data: { payout_reference: reference },
  ...more,
});
const echo = (reference: string) => ({ account_connection: 'acon', user_data: { payout_reference: reference } });
const refused = (...details: readonly object[]) => reply(400, { message: 'Errors occurred.', details });

describe('the answer of a Manifest batch', () => {
  it('is matched by our tag, whatever its order, and shows each row once', () => {
    const { outcome, sightings } = toBulkOutcome(reply(201, { payouts: [row('c'), row('a'), row('b')] }), REQUESTS);
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(outcome).not.toHaveProperty('seen');
    expect([...sightings.keys()]).toEqual(['a', 'b', 'c']);
    expect(sightings.get('b')).toMatchObject({
      kind: 'present',
      seen: { providerReference: 'pay_b', status: 'ready' },
    });
  });

  it('is accepted by its status, even where no row of it can be read or found', () => {
    const { outcome, sightings } = toBulkOutcome(
      reply(201, { payouts: [row('a', { user_data: {} }), 'odd', row('x')] }),
      REQUESTS,
    );
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(sightings.size).toBe(0);
    expect(toBulkOutcome(reply(200, 'no json'), REQUESTS).outcome.kind).toBe('accepted');
  });

  it('that shows another amount or recipient under our tag is a contradiction, and one tag twice shows nothing', () => {
    const rows = [row('a', { amount_in_cents: 1 }), row('b', { account_connection: 'acon_x' }), row('c'), row('c')];
    const { sightings } = toBulkOutcome(reply(201, { payouts: rows }), REQUESTS);
    expect(sightings.get('a')).toMatchObject({ kind: 'contradiction' });
    expect(sightings.get('b')).toMatchObject({ kind: 'contradiction' });
    expect(sightings.has('c')).toBe(false);
  });

  it('that refuses names the rows it concerns, with their own words', () => {
    const { outcome } = toBulkOutcome(
      refused({ message: 'no permission', request: echo('b') }, { message: 'deleted', request: echo('c') }),
      REQUESTS,
    );
    expect(outcome).toMatchObject({
      kind: 'rejected',
      mend: 'never',
      rows: [
        { reference: 'b', message: 'no permission' },
        { reference: 'c', message: 'deleted' },
      ],
    });
  });

  it.each([
    ['without details', reply(400, { message: 'Errors occurred.' })],
    [
      'with a detail of nobody',
      refused({ message: 'bad', request: echo('a') }, { message: 'bad', request: echo('z') }),
    ],
    ['with a detail without its row', refused({ message: 'bad' })],
    ['with another status', reply(422, {})],
  ])('that refuses %s names nobody: each is to be asked for alone', (_how, result) => {
    expect(toBulkOutcome(result, REQUESTS).outcome).toMatchObject({ kind: 'rejected', mend: 'never', rows: [] });
  });

  it.each([401, 402, 403])('%i concerns the key or the account, so all of them', (status) => {
    const { outcome } = toBulkOutcome(reply(status, {}), REQUESTS);
    expect(outcome).toMatchObject({ kind: 'rejected', mend: 'operator' });
    expect(outcome).not.toHaveProperty('rows');
  });

  it.each([409, 429, 500, 302])('%i is a doubt about all of them', (status) => {
    expect(toBulkOutcome(reply(status, {}), REQUESTS).outcome.kind).toBe('ambiguous');
  });
});
