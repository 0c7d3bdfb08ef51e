import { describe, expect, it } from 'vitest';
import type { EffectContract } from '../../src/payout/contract.js';
import { settledBy } from '../../src/payout/settled-by.js';
import { STATUSES, WAITS } from '../../src/payout/status.js';

const CONTRACTS: readonly EffectContract[] = ['idempotent', 'guarded', 'unguarded'];

describe('what would settle a payout', () => {
  it('is said for every wait, in one line, and for none that waits for nothing', () => {
    for (const status of STATUSES)
      for (const waitingFor of WAITS)
        for (const contract of [...CONTRACTS, undefined]) {
          const said = settledBy({ status, waitingFor }, contract);
          if (waitingFor === 'nothing') expect(said).toBeNull();
          else expect(said).toMatch(/^[^\n]{8,}$/);
        }
  });

  it.each(CONTRACTS)(
    'is also a word of a person where a doubt waits for one, and names the command (%s)',
    (contract) => {
      expect(settledBy({ status: 'in_doubt', waitingFor: 'person' }, contract)).toMatch(/`payouts resolve`$/);
      expect(settledBy({ status: 'in_doubt', waitingFor: 'provider' }, contract)).not.toMatch(/payouts resolve/);
      expect(settledBy({ status: 'in_doubt', waitingFor: 'operator' }, contract)).toMatch(/`payouts resume`$/);
    },
  );

  it('promises no proof of absence where there can be none', () => {
    const ofDoubt = (contract?: EffectContract) => settledBy({ status: 'in_doubt', waitingFor: 'person' }, contract);
    expect(ofDoubt('unguarded')).toMatch(/cannot prove/);
    expect(ofDoubt('idempotent')).toMatch(/prove beside another payout that it is not there/);
    // Of a provider that this program does not know, nothing better is promised.
    expect(ofDoubt()).toBe(ofDoubt('unguarded'));
  });
});
