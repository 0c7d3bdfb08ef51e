import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/payout/outcome.js';
import type { View } from '../../src/payout/view.js';
import { makeBed, REFERENCE, requestFor, type Bed } from '../activities/bed.js';
import type { Fate } from '../activities/bank.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEKS_MS = 21 * DAY_MS;

/** Lives through simulated weeks with the real steps, as its carrier would. Returns when each look was made. */
async function live(bed: Bed, untilMs: number): Promise<{ readonly looks: readonly number[]; readonly view: View }> {
  const looks: number[] = [];
  const worker = bed.worker({
    change: (account) => ({
      lookUp: (query) => {
        looks.push(bed.clock.nowMs());
        return account.lookUp(query);
      },
    }),
  });
  let view = await worker.submit({ reference: REFERENCE, request: requestFor(bed.contract) });
  while (view.next.do !== 'end') {
    const { next, ledgerId } = view;
    if (next.do === 'wait' && next.untilMs > untilMs) break;
    if (next.do === 'wait') bed.clock.advanceTo(next.untilMs);
    const step = next.do === 'wait' ? next.afterwards : next.do;
    const steps = { submit: worker.submit, look_up: worker.lookUp, amend: worker.amend };
    view = await steps[step]({ reference: REFERENCE, ledgerId });
  }
  return { looks, view };
}

/** How a payout gets into a doubt that only a person can end, by what a repeat of the paying call does. */
const DOUBTS = [
  ['unguarded', ['call_lost'], undefined],
  ['guarded', ['call_lost'], undefined],
  // A repeat refused for good ends the repeats, and its lists prove nothing.
  [
    'idempotent',
    ['call_lost', 'refused'],
    { kind: 'absent', proven: false, because: 'the list does not show our tags' },
  ],
] as const satisfies readonly (readonly [string, readonly Fate[], Sighting | undefined])[];

describe.each(DOUBTS)('three weeks in doubt (%s)', (contract, fates, sighting) => {
  const start = (): Bed => {
    const bed = makeBed({ contract });
    bed.bank.fates = [...fates];
    bed.bank.sighting = sighting;
    return bed;
  };

  it('are looked at as long as they last: often at first, then once an hour, and never paid again', async () => {
    const bed = start();
    const beganMs = bed.clock.nowMs();
    const { looks, view } = await live(bed, beganMs + WEEKS_MS);
    expect(view).toMatchObject({ status: 'in_doubt', waitingFor: 'person', exchanges: { length: fates.length } });
    const ofDay = (day: number) => looks.filter((at) => Math.floor((at - beganMs) / DAY_MS) === day).length;
    expect(ofDay(0)).toBeLessThanOrEqual(24 + 18);
    for (let day = 1; day < 21; day += 1) {
      expect(ofDay(day)).toBeGreaterThanOrEqual(23);
      expect(ofDay(day)).toBeLessThanOrEqual(25);
    }
    expect(looks.length).toBeLessThanOrEqual(21 * 24 + 18);
    expect(bed.bank.paid(REFERENCE)).toBe(0);
  });

  it('leave a handful of rows in the ledger, since a look that shows the same writes none', async () => {
    const bed = start();
    await live(bed, bed.clock.nowMs() + WEEKS_MS);
    expect(bed.ledger.events(REFERENCE).length).toBeLessThanOrEqual(6);
  });

  it('end by evidence that comes only then, within the hour', async () => {
    const bed = start();
    const cameMs = bed.clock.nowMs() + 18 * DAY_MS;
    await live(bed, cameMs);
    bed.bank.sighting = { kind: 'present', seen: { status: 'sent' }, because: 'its records show it' };
    const worker = bed.worker();
    const { nextAtMs } = { nextAtMs: bed.ledger.nextAtMs(REFERENCE) };
    expect(Number(nextAtMs) - cameMs).toBeLessThanOrEqual(HOUR_MS);
    bed.clock.advanceTo(Number(nextAtMs));
    expect(await worker.lookUp({ reference: REFERENCE })).toMatchObject({ status: 'sent', next: { do: 'end' } });
  });
});
