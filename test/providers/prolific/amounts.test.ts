import { describe, expect, it } from 'vitest';
import { countGrowth, toMajorUnits } from '../../../src/providers/prolific/amounts.js';
import { createRandom } from '../../../src/sandbox/random.js';

const SEED = 20_260_105;

describe('toMajorUnits', () => {
  it.each([
    [1, '0.01'],
    [10, '0.10'],
    [99, '0.99'],
    [100, '1.00'],
    [250, '2.50'],
    [1250, '12.50'],
    [3000, '30.00'],
    [113334, '1133.34'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('writes %i minor units as %s', (amountMinor, major) => {
    expect(toMajorUnits(amountMinor)).toBe(major);
  });

  it(`keeps every digit of any amount (seed ${SEED})`, () => {
    const random = createRandom(SEED);
    for (let round = 0; round < 5_000; round += 1) {
      const amountMinor = 1 + Math.floor(random() * 10 ** (1 + Math.floor(random() * 15)));
      const major = toMajorUnits(amountMinor);
      expect(major).toMatch(/^(0|[1-9]\d*)\.\d\d$/);
      expect(BigInt(major.replace('.', ''))).toBe(BigInt(amountMinor));
    }
  });

  it.each([0, -250, 2.5, NaN, Infinity, Number.MAX_SAFE_INTEGER + 1])('never writes %d', (amountMinor) => {
    expect(() => toMajorUnits(amountMinor)).toThrow(RangeError);
  });
});

describe('countGrowth', () => {
  it.each([
    ['a new payment', [], [250], 1],
    ['one more of the same amount', [250, 100], [100, 250, 250], 1],
    ['two more', [250], [250, 250, 250], 2],
    ['another amount', [250], [250, 100], 0],
    ['no change, in another order', [100, 250], [250, 100], 0],
    ['a fraction above', [], [250.4], 0],
    ['a fraction below', [], [249.99999999999997], 0],
    ['a whole number with a point', [], [250.0], 1],
    ['fractions that add up to it', [], [83.3, 83.3, 83.4], 0],
    ['a payment that vanished', [250], [], -1],
  ])('of 250 counts %s', (_what, before, after, growth) => {
    expect(countGrowth(before, after, 250)).toBe(growth);
  });

  it(`counts exactly what was added, whatever else is there (seed ${SEED})`, () => {
    const random = createRandom(SEED, 1);
    const amounts = [100, 250, 250.5, 333.3333, 1000];
    const some = () => Array.from({ length: Math.floor(random() * 6) }, () => amounts[Math.floor(random() * 5)] ?? 100);
    for (let round = 0; round < 2_000; round += 1) {
      const before = some();
      const added = some();
      const after = [...before, ...added].sort(() => random() - 0.5);
      expect(countGrowth(before, after, 250)).toBe(added.filter((amount) => amount === 250).length);
    }
  });
});
