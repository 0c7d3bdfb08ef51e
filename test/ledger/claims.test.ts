import { expect, it } from 'vitest';
import { claim, claimOf, makeLedger } from '../support/ledger.js';
import { manifestRequest, newReference, prolificRequest } from '../support/requests.js';

it('of twenty that claim one reference at the same moment, one gets it, and the others see its claim', async () => {
  const ledger = await makeLedger();
  const reference = newReference();
  const claims = Array.from({ length: 20 }, (_, n) => claimOf(manifestRequest({ reference, amountMinor: 100 + n })));
  const seen = await Promise.all(
    claims.map((one) =>
      ledger.transaction(async (tx) => ({ mine: await tx.claim(one), standing: await tx.facts(reference) })),
    ),
  );
  const winners = seen.filter(({ mine }) => mine !== undefined);
  expect(winners).toHaveLength(1);
  const won = winners[0]?.mine?.claim.request;
  expect(new Set(seen.map(({ standing }) => JSON.stringify(standing?.claim.request))).size).toBe(1);
  expect(seen[0]?.standing?.claim.request).toEqual(won);
});

it('is for ever: neither another provider nor another account gets a claimed reference', async () => {
  const ledger = await makeLedger();
  const request = manifestRequest();
  await ledger.transaction((tx) => claim(tx, request));
  for (const other of [prolificRequest({ reference: request.reference }), { ...request, account: 'us' }])
    expect(await ledger.transaction((tx) => tx.claim(claimOf(other)))).toBeUndefined();
});

it('a reference that differs only in case from a claimed one is not claimed, and its twin is named', async () => {
  const ledger = await makeLedger();
  const request = manifestRequest({ reference: 'Study-42/p-007' });
  await ledger.transaction((tx) => claim(tx, request));
  await ledger.transaction(async (tx) => {
    expect(await tx.claim(claimOf(manifestRequest({ reference: 'study-42/P-007' })))).toBeUndefined();
    expect(await tx.facts('study-42/P-007')).toBeUndefined();
    expect(await tx.caseTwin('study-42/P-007')).toBe('Study-42/p-007');
    expect(await tx.caseTwin('Study-42/p-007')).toBeUndefined();
  });
});

it('is gone with its transaction, as if nobody had asked', async () => {
  const ledger = await makeLedger();
  const request = manifestRequest();
  const cut = ledger.transaction(async (tx) => {
    await claim(tx, request);
    throw new Error('the worker died here');
  });
  await expect(cut).rejects.toThrow('the worker died here');
  expect(await ledger.transaction((tx) => tx.facts(request.reference))).toBeUndefined();
  await ledger.transaction((tx) => claim(tx, request));
});

it('a decision that came twice by the same message counts once', async () => {
  const ledger = await makeLedger();
  const request = manifestRequest();
  const { reference } = request;
  await ledger.transaction((tx) => claim(tx, request));
  const decide = () =>
    ledger.transaction((tx) => tx.recordDecision(reference, { kind: 'cancel', by: 'ada', reason: '' }, 'm'));
  expect([await decide(), await decide()]).toEqual([true, false]);
  expect((await ledger.transaction((tx) => tx.facts(reference)))?.decisions).toHaveLength(1);
});
