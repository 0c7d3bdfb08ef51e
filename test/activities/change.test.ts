import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/payout/change.js';
import type { Sighting } from '../../src/payout/outcome.js';
import type { ProviderAccount } from '../../src/providers/provider.js';
import { drive, makeBed, REFERENCE, requestFor, type BedOptions, type Worker } from './bed.js';
import type { Fate } from './bank.js';

const about = { reference: REFERENCE };
const DATE = '2026-02-01T00:00:00.000Z';
const LATER = '2026-03-01T00:00:00.000Z';
const CLAIMED = { description: 'Interview', metadata: { wave: '2' } };

let messages = 0;
const changeAs = (worker: Worker, wanted: Change, messageId = `message-${(messages += 1)}`) =>
  worker.makeDecision({ ...about, decision: { kind: 'reschedule', by: 'Ada', ...wanted }, messageId });

/** A provider that keeps dates and words, and takes changes while it has the payout as ready. */
function startKeeping(given: Partial<BedOptions> = {}) {
  const bed = makeBed({ contract: 'idempotent', scheduling: 'provider', ...given });
  let kept: Sighting & { kind: 'present' } = {
    kind: 'present',
    seen: { status: 'ready', providerReference: 'pay_A', date: DATE, ...CLAIMED },
    because: 'it shows ready',
  };
  /** What becomes of the next changes, in order; afterwards all are taken. */
  const fates: ('lost' | Sighting['kind'] | 'never' | 'operator')[] = [];
  const asked: Change[] = [];
  const show = (seen: Partial<typeof kept.seen>): void => {
    kept = { ...kept, seen: { ...kept.seen, ...seen }, because: `it shows ${seen.status ?? kept.seen.status}` };
    bed.bank.sighting = kept;
  };
  show({});
  const change = (): Partial<ProviderAccount> => ({
    cancel: async () => kept,
    amend: async (_id, _claimed, wanted) => {
      asked.push(wanted);
      const fate = fates.shift();
      if (fate === 'never' || fate === 'operator') return { ...kept, refused: fate, because: `it refuses: ${fate}` };
      if (fate === undefined)
        show({ ...wanted, ...(wanted.scheduledAt ? { date: wanted.scheduledAt } : {}) } as object);
      return kept;
    },
  });
  const worker = bed.worker({ change });
  const start = () => worker.submit({ ...about, request: requestFor('idempotent', { scheduledAt: DATE, ...CLAIMED }) });
  const startReady = async () => {
    await start();
    bed.clock.advance(1_000);
    return worker.lookUp(about);
  };
  return { bed, worker, change, fates, asked, show, start, startReady };
}

const decided = ({ bed }: Pick<ReturnType<typeof startKeeping>, 'bed'>) =>
  bed.ledger.facts(REFERENCE).decisions.map(({ id: _id, atMs: _atMs, ...decision }) => decision);

describe('another description, or other metadata', () => {
  const WANTED = { description: 'Interview in December', metadata: { wave: '3' } };

  it('is carried at once to a provider that has the payout as ready, and told when it is read back', async () => {
    const here = startKeeping();
    await here.startReady();
    expect(await changeAs(here.worker, WANTED)).toMatchObject({ status: 'ready', waitingFor: 'date' });
    expect(here.asked).toEqual([WANTED]);
    expect(decided(here)).toEqual([{ kind: 'reschedule', by: 'Ada', ...WANTED }]);
  });

  it('goes with another date in one change, and each alone leaves the others as they are', async () => {
    const here = startKeeping();
    await here.startReady();
    await changeAs(here.worker, { scheduledAt: '2026-03-01T01:00:00+01:00', ...WANTED });
    const view = await changeAs(here.worker, { metadata: {} });
    expect(here.asked).toEqual([
      { scheduledAt: LATER, ...WANTED },
      { scheduledAt: LATER, description: WANTED.description, metadata: {} },
    ]);
    expect(view).toMatchObject({ status: 'ready', waitingFor: 'date', scheduledAt: LATER, cancelableUntil: LATER });
  });

  it('is one decision, however often it is asked for, and is asked of the provider once', async () => {
    const here = startKeeping();
    await here.startReady();
    for (let times = 0; times < 3; times += 1) await changeAs(here.worker, WANTED);
    await changeAs(here.worker, { description: WANTED.description });
    await changeAs(here.worker, { metadata: { wave: '3' } }, 'the same');
    expect([decided(here).length, here.asked.length]).toEqual([1, 1]);
    await changeAs(here.worker, { description: 'Back again' });
    await changeAs(here.worker, { description: WANTED.description });
    expect([decided(here).length, here.asked.length]).toEqual([3, 3]);
  });

  it('is made although the answer to the first try was lost', async () => {
    const here = startKeeping();
    await here.startReady();
    here.fates.push('lost');
    const view = await changeAs(here.worker, WANTED, 'the same');
    expect(view).toMatchObject({ waitingFor: 'provider', next: { do: 'wait', afterwards: 'amend' } });
    await changeAs(here.worker, WANTED, 'the same');
    expect([decided(here).length, here.asked.length]).toEqual([1, 2]);
    expect(await here.worker.lookUp(about)).toMatchObject({ status: 'ready', waitingFor: 'date' });
  });

  it('waits for a provider that has it as created, and is carried there once it is ready', async () => {
    const here = startKeeping();
    here.show({ status: 'created' });
    await here.startReady();
    const view = await changeAs(here.worker, WANTED);
    expect([view.status, here.asked]).toEqual(['created', []]);
    here.show({ status: 'ready' });
    await drive(here.bed, here.worker, view, here.bed.clock.nowMs() + 600_000);
    expect(here.asked).toEqual([WANTED]);
  });

  it('stands in the first request where nothing was sent yet, and is not asked for again after it', async () => {
    const here = startKeeping();
    here.bed.bank.preparation = { kind: 'unready', waitingFor: 'operator', message: 'not yet' };
    await here.start();
    await changeAs(here.worker, WANTED);
    here.bed.bank.preparation = undefined;
    here.show(WANTED);
    here.bed.clock.advance(1_000);
    await here.worker.submit(about);
    expect(here.bed.bank.arrived.map(({ call }) => JSON.parse(call.body) as unknown)).toEqual([
      { reference: REFERENCE, date: DATE, ...WANTED },
    ]);
    expect(await here.worker.lookUp(about)).toMatchObject({ status: 'ready', waitingFor: 'date' });
    expect(here.asked).toEqual([]);
  });

  it.each(['none', 'reads'] as const)(
    'stands in the first request too where a second start says the first words: %s',
    async (preparation) => {
      const here = startKeeping({ preparation });
      here.bed.bank.preparation = { kind: 'unready', waitingFor: 'operator', message: 'not yet' };
      await here.start();
      await changeAs(here.worker, WANTED);
      here.bed.bank.preparation = undefined;
      await here.start();
      expect(here.bed.bank.arrived.map(({ call }) => JSON.parse(call.body) as unknown)).toMatchObject([WANTED]);
    },
  );

  it('is not what the reference stands for: the first words join, and the changed ones are refused, naming the field', async () => {
    const here = startKeeping();
    await here.startReady();
    await changeAs(here.worker, WANTED);
    expect(await here.start()).toMatchObject({ status: 'ready' });
    const request = requestFor('idempotent', { scheduledAt: DATE, ...WANTED });
    await expect(here.worker.submit({ ...about, request })).rejects.toMatchObject({
      code: 'ReferenceConflict',
      message: expect.stringContaining('another description;'),
    });
    expect(here.bed.bank.arrived).toHaveLength(1);
  });

  it.each([
    ['never sent', 'unsent'],
    ['refused, and it can be mended', 'no_funds'],
  ] as const)(
    'is refused where a request is written down that was %s: its repeat says the same, byte for byte',
    async (_what, fate) => {
      const here = startKeeping();
      here.bed.bank.fates = [fate satisfies Fate];
      here.bed.bank.sighting = undefined;
      const view = await here.start();
      for (const [field, wanted] of Object.entries(WANTED))
        await expect(changeAs(here.worker, { [field]: wanted, scheduledAt: LATER })).rejects.toMatchObject({
          code: 'DecisionRefused',
          message: expect.stringMatching(new RegExp(`^${field}: the request to manifest is written down`)),
        });
      expect(decided(here)).toEqual([]);
      await drive(here.bed, here.worker, view, here.bed.clock.nowMs() + 4_000_000);
      const bodies = here.bed.ledger.facts(REFERENCE).attempts.map(({ call }) => call.body);
      expect(bodies).toHaveLength(1);
      expect(here.bed.bank.arrived.every(({ call }) => call.body === bodies[0])).toBe(true);
    },
  );

  it.each([
    ['accepted, and pending by now', 'accepted', 'pending'],
    ['in doubt', 'call_lost', 'in_doubt'],
    ['refused for good', 'refused', 'error'],
  ] as const)('comes too late once it is %s', async (_what, fate, status) => {
    const here = startKeeping();
    here.bed.bank.fates = [fate];
    here.bed.bank.sighting = undefined;
    await here.start();
    await expect(changeAs(here.worker, WANTED)).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: `too late to change ${REFERENCE}: it is ${status}`,
    });
    expect(decided(here)).toEqual([]);
  });

  it('comes too late where the records show that, though we thought otherwise: that is told, and nothing is decided', async () => {
    const here = startKeeping();
    await here.startReady();
    here.show({ status: 'pending' });
    expect(await changeAs(here.worker, { ...WANTED, scheduledAt: LATER })).toMatchObject({ status: 'pending' });
    expect([decided(here), here.asked]).toEqual([[], []]);
  });

  it('counts where the records cannot be read now, and is carried there when they can be', async () => {
    const here = startKeeping();
    await here.startReady();
    here.bed.bank.sighting = { kind: 'unreadable', waitingFor: 'provider', because: 'answered 503' };
    const view = await changeAs(here.worker, WANTED);
    expect(view).toMatchObject({ status: 'ready', next: { do: 'look_up' } });
    here.show({});
    await drive(here.bed, here.worker, view, here.bed.clock.nowMs() + 60_000);
    expect(here.asked).toEqual([WANTED]);
  });

  it.each(['description', 'metadata'] as const)('is refused where the records show none: %s', async (field) => {
    const here = startKeeping();
    here.show({ [field]: undefined });
    await here.startReady();
    await expect(changeAs(here.worker, WANTED)).rejects.toMatchObject({
      code: 'DecisionRefused',
      message: expect.stringMatching(new RegExp(`^${field}: the records of manifest do not show it`)),
    });
    expect(decided(here)).toEqual([]);
  });

  it.each([
    ['an empty description', { description: '' }, /^description: is empty/],
    ['a long one', { description: 'x'.repeat(501) }, /^description: is 501 characters long/],
    ['one with NUL', { description: 'a\0b' }, /^description: has a character in it/],
    [
      'metadata that holds our tag',
      { metadata: { payout_reference: 'another' } },
      /^metadata: holds "payout_reference", which is ours/,
    ],
    ['metadata of 1 KB', { metadata: { a: 'x'.repeat(1_000) } }, /^metadata: is \d+ bytes together with our/],
    ['metadata that is no object', { metadata: ['a'] as never }, /^metadata: has to be a JSON object/],
    ['a bad description beside a good date', { scheduledAt: LATER, description: '' }, /^description: is empty/],
  ])('is refused, naming the field: %s', async (_what, wanted, message) => {
    const here = startKeeping();
    await here.startReady();
    await expect(changeAs(here.worker, wanted)).rejects.toMatchObject({
      code: 'InvalidRequest',
      message: expect.stringMatching(message),
    });
    expect([decided(here), here.asked]).toEqual([[], []]);
  });

  it('does not ask at another host than the one that has the payout', async () => {
    const here = startKeeping();
    await here.startReady();
    here.fates.push('lost');
    await changeAs(here.worker, WANTED);
    const elsewhere = here.bed.worker({ host: 'http://elsewhere.example', change: here.change });
    await elsewhere.amend(about);
    expect(here.asked).toHaveLength(1);
  });
});

describe.each([
  ['unguarded', 'prolific', 'description: unknown to prolific; leave it out'],
  ['guarded', 'respondent', /^description: /],
] as const)('a provider that keeps no words: %s', (contract, _provider, message) => {
  const start = async () => {
    const bed = makeBed({ contract });
    const worker = bed.worker();
    await worker.submit({ ...about, request: requestFor(contract, { scheduledAt: DATE }) });
    return { bed, worker };
  };

  it('takes no description, and the refusal names the field', async () => {
    const { bed, worker } = await start();
    await expect(changeAs(worker, { description: 'Words', metadata: { a: 1 } })).rejects.toMatchObject({
      code: 'InvalidRequest',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(decided({ bed })).toEqual([]);
  });

  it('leaves the metadata to us: it can be changed, and nothing is read or sent for it', async () => {
    const { bed, worker } = await start();
    expect(await changeAs(worker, { metadata: { a: 1 } })).toMatchObject({ status: 'ready', waitingFor: 'date' });
    expect(decided({ bed })).toEqual([{ kind: 'reschedule', by: 'Ada', metadata: { a: 1 } }]);
    expect(bed.bank.arrived).toEqual([]);
  });
});

describe('a change that the provider refuses', () => {
  const WANTED = { description: 'Interview in December' };

  it('for good is told so, and is asked for again ever more rarely', async () => {
    const here = startKeeping();
    await here.startReady();
    here.fates.push(...Array.from({ length: 100 }, () => 'never' as const));
    const view = await changeAs(here.worker, WANTED);
    expect(view).toMatchObject({ status: 'ready', evidence: 'it refuses: never', next: { isRefused: true } });
    await drive(here.bed, here.worker, view, here.bed.clock.nowMs() + 3_600_000);
    expect(here.asked.length).toBeLessThan(20);
  });

  it('until the operator mends it waits for the operator, and is asked for again by the slow timer or at once by a word', async () => {
    const here = startKeeping();
    await here.startReady();
    here.fates.push('operator', 'operator');
    const view = await changeAs(here.worker, WANTED);
    expect(view).toMatchObject({ status: 'ready', waitingFor: 'operator', next: { do: 'wait', afterwards: 'amend' } });
    const waitedMs = view.next.do === 'wait' ? view.next.untilMs - view.nowMs : 0;
    expect(waitedMs).toBe(1_800_000);
    here.bed.clock.advance(60_000);
    const resumed = await here.worker.makeDecision({
      ...about,
      decision: { kind: 'resume', by: 'Ada' },
      messageId: 'r',
    });
    await drive(here.bed, here.worker, resumed, here.bed.clock.nowMs() + 60_000);
    expect(here.asked).toHaveLength(2);
    await drive(here.bed, here.worker, await here.worker.amend(about), here.bed.clock.nowMs() + 60_000);
    expect(await here.worker.lookUp(about)).toMatchObject({ status: 'ready', waitingFor: 'date' });
  });
});
