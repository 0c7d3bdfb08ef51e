import { describe, expect, it } from 'vitest';
import { digitsOf } from '../../src/batch/currency-digits.js';
import { parseAmount } from '../../src/batch/parse-amount.js';

describe('a decimal amount', () => {
  it.each([
    ['15', 'USD', 1500],
    ['15.5', 'USD', 1550],
    ['15.50', 'USD', 1550],
    ['0.01', 'GBP', 1],
    ['0.29', 'USD', 29],
    ['1.15', 'USD', 115],
    ['4.35', 'USD', 435],
    ['8.20', 'GBP', 820],
    ['1005.10', 'USD', 100510],
    ['90071992547409.91', 'USD', 9007199254740991],
    // Rounding a product would give 8173021766696700.
    ['81730217666967.01', 'USD', 8173021766696701],
    ['1500', 'JPY', 1500],
    ['1.5', 'KWD', 1500],
    ['1.005', 'KWD', 1005],
    ['1500.25', 'HUF', 150025],
    ['0.0001', 'CLF', 1],
  ])('of %s %s is %i minor units, digit by digit', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toEqual({ value: minor });
  });

  it.each([
    '',
    ' ',
    '1e3',
    '1E3',
    '-1',
    '+1',
    '-0.50',
    '1,500',
    '1,50',
    '1.500,00',
    "1'500",
    '1 500',
    '1_000',
    '$5',
    '5 USD',
    '5.',
    '.5',
    '1.2.3',
    '007',
    '00.5',
    '0x10',
    'NaN',
    'Infinity',
    '٣',
    '１５',
    '5\u00a0',
    ' 5',
    '5\n',
    '5\0',
    '=5',
    '15-',
    '(5)',
    '½',
  ])('is refused in another form: %j', (text) => {
    expect(parseAmount(text, 'USD')).toEqual({
      problem: expect.stringMatching(/written in digits .* write it like 15\.50/),
    });
  });

  it.each([
    ['15.005', 'USD', '"15.005" has 3 digits after the point, and USD has 2; say which amount is meant'],
    ['1.500', 'GBP', '"1.500" has 3 digits after the point, and GBP has 2; write 1.50 if that is meant'],
    ['1500.00', 'JPY', '"1500.00" has 2 digits after the point, and JPY has none; write 1500 if that is meant'],
    ['0.5', 'JPY', '"0.5" has 1 digits after the point, and JPY has none; say which amount is meant'],
  ])('with more digits than the currency has is refused, never rounded: %s %s', (text, currency, problem) => {
    expect(parseAmount(text, currency)).toEqual({ problem });
  });

  it.each(['0', '0.00', '0.0'])('of nothing is refused: %s', (text) => {
    expect(parseAmount(text, 'USD')).toEqual({ problem: expect.stringMatching(/is not greater than 0/) });
  });

  it('that a number cannot hold exactly is refused', () => {
    expect(parseAmount('90071992547409.92', 'USD')).toEqual({
      problem: '"90071992547409.92" is too large to be exact',
    });
  });

  it.each(['usd', 'US', 'XYZ', 'USDX', ''])('in no currency is refused: %j', (currency) => {
    expect(digitsOf(currency)).toBeUndefined();
    expect(parseAmount('5', currency)).toEqual({ problem: expect.stringMatching(/is no currency/) });
  });

  it('has the digits of ISO 4217, not those that people use in a shop', () => {
    const digits = Object.fromEntries(
      ['USD', 'GBP', 'HUF', 'IDR', 'JPY', 'ISK', 'KWD', 'IQD', 'CLF'].map((code) => [code, digitsOf(code)]),
    );
    expect(digits).toEqual({ USD: 2, GBP: 2, HUF: 2, IDR: 2, JPY: 0, ISK: 0, KWD: 3, IQD: 3, CLF: 4 });
  });
});
