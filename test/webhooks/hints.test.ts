import { describe, expect, it } from 'vitest';
import { MOST_HINTS, toHints } from '../../src/payout/watch-input.js';
import { createHints } from '../../src/webhooks/hints.js';

describe('what a watcher is to be told', () => {
  it('is kept until it is taken, each of it once, for each watcher apart', () => {
    const hints = createHints(10);
    const [one, other] = [{ reference: 'a/1' }, { providerReference: 'pay_1' }];
    expect(hints.keep('manifest/default', one)).toBe('kept');
    expect(hints.keep('manifest/default', { ...one })).toBe('merged');
    expect(hints.keep('manifest/default', other)).toBe('kept');
    expect(hints.keep('manifest/us', one)).toBe('kept');
    expect(hints.keep('manifest/us', {})).toBe('nothing');
    expect(hints.take('manifest/default')).toEqual([one, other]);
    expect(hints.take('manifest/default')).toEqual([]);
    expect(hints.take('manifest/us')).toEqual([one]);
  });

  it('is no more than a nudge can bring', () => {
    const hints = createHints(2);
    const kept = ['a', 'b', 'c', 'a'].map((reference) => hints.keep('manifest/default', { reference }));
    expect(kept).toEqual(['kept', 'kept', 'full', 'merged']);
    expect(hints.take('manifest/default')).toHaveLength(2);
  });
});

describe('what a nudge brings', () => {
  it('is read from whatever was sent', () => {
    const hint = { reference: 'a/1', providerReference: 'pay_1' };
    expect(toHints({ hints: [hint] })).toEqual([hint]);
    expect(toHints({ hints: [{ reference: 7, providerReference: 'pay_1' }, { other: 'x' }, null, 'a', []] })).toEqual([
      { providerReference: 'pay_1' },
    ]);
    for (const odd of [undefined, null, 'unreadable', 7, [], {}, { hints: 'all' }, { hints: { length: 3 } }])
      expect(toHints(odd)).toEqual([]);
    expect(toHints({ hints: [{ reference: 'x'.repeat(201) }, { reference: '' }] })).toEqual([]);
    const many = Array.from({ length: MOST_HINTS + 1 }, (_none, index) => ({ reference: `p/${index}` }));
    expect(toHints({ hints: many })).toHaveLength(MOST_HINTS);
  });
});
