import { describe, expect, it } from 'vitest';
import { readPageOf } from '../../src/cli/page-of.js';

const pageOf = (env: Record<string, string>, reference = 'study-42/p:007') =>
  readPageOf({ TEMPORAL_CONFIG_FILE: '', ...env })(reference);

describe("the address of a payout's page", () => {
  it('has the namespace and the id each as one step of its path, below a path of the UI where it has one', () => {
    expect(pageOf({ PAYOUTS_UI_URL: 'https://ui.example/temporal/', TEMPORAL_NAMESPACE: 'a/b c' })).toBe(
      'https://ui.example/temporal/namespaces/a%2Fb%20c/workflows/payout%2Fstudy-42%2Fp%3A007',
    );
  });

  it('is not told where nobody said where the UI is', () => {
    expect([pageOf({}), pageOf({ PAYOUTS_UI_URL: '' })]).toEqual([undefined, undefined]);
  });

  it.each(['temporal.example', 'localhost:8080', 'javascript:alert(1)', 'https://ui.example/?x=1'])(
    'is refused by name of the variable where it is none: %s',
    (url) => {
      expect(() => pageOf({ PAYOUTS_UI_URL: url })).toThrow(
        'PAYOUTS_UI_URL: is no address of a UI: write it like https://temporal.example',
      );
    },
  );
});
