import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/batch/summarize.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { manifestRequest, prolificRequest, respondentRequest } from '../support/requests.js';

const ask = (...requests: readonly { readonly reference: string }[]) =>
  requests.map((request) => parseRequest(request));

describe('what a file would do', () => {
  it('is told by provider, account, study and currency', () => {
    const requests = ask(
      respondentRequest({ projectId: 'project44' }),
      prolificRequest({ studyId: 'st2', amountMinor: 250 }),
      prolificRequest({ studyId: 'st1', amountMinor: 100 }),
      prolificRequest({ studyId: 'st1', amountMinor: 50 }),
      prolificRequest({ studyId: 'st1', amountMinor: 70, currency: 'USD' }),
      manifestRequest({ amountMinor: 1500 }),
      manifestRequest({ amountMinor: 2500, account: 'us' }),
    );
    const sums = summarize(requests, new Map()).map(({ provider, account, study, currency, all }) => [
      [provider, account, study, currency].join(' '),
      all.rows,
      all.amountMinor,
    ]);
    expect(sums).toEqual([
      ['manifest default  USD', 1, 1500],
      ['manifest us  USD', 1, 2500],
      ['prolific default st1 GBP', 2, 150],
      ['prolific default st1 USD', 1, 70],
      ['prolific default st2 GBP', 1, 250],
      ['respondent default project44 USD', 1, 0],
    ]);
  });

  it('leaves out of what is to pay whatever the ledger knows, whether it was sent or not', () => {
    const requests = ask(...[10, 20, 30, 40].map((amountMinor) => manifestRequest({ amountMinor })));
    const claimed = new Map(
      (['sent', 'in_doubt', 'sent'] as const).map((status, index) => [requests[index]?.reference ?? '', { status }]),
    );
    expect(summarize(requests, claimed)).toMatchObject([
      {
        all: { rows: 4, amountMinor: 100, withoutAmount: 0 },
        claimed: { sent: 2, in_doubt: 1 },
        fresh: { rows: 1, amountMinor: 40, withoutAmount: 0 },
      },
    ]);
  });

  it('says of how many rows the provider sets the amount', () => {
    const requests = ask(
      respondentRequest(),
      respondentRequest({ expectedIncentiveMinor: 5000, tipMinor: 500 }),
      respondentRequest({ tipMinor: 500 }),
    );
    expect(summarize(requests, new Map())).toMatchObject([{ all: { rows: 3, amountMinor: 5500, withoutAmount: 2 } }]);
  });

  it('has fees within the bounds that are documented, only of what is still to pay', () => {
    const requests = ask(prolificRequest({ amountMinor: 101 }), prolificRequest({ amountMinor: 900 }));
    const claimed = new Map([[requests[1]?.reference ?? '', { status: 'sent' as const }]]);
    expect(summarize(requests, claimed)).toMatchObject([{ fees: { leastMinor: 33, mostMinor: 44 } }]);
    expect(summarize(ask(manifestRequest(), respondentRequest()), new Map())).toMatchObject([
      { fees: null },
      { fees: null },
    ]);
  });
});
