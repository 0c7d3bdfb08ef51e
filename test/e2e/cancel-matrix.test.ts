import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Show } from '../../src/payout/show.js';
import type { Status } from '../../src/payout/status.js';
import { manifestRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { aboutOf } from '../faults/support/about.js';
import { readBreaks, untilEvidence } from '../faults/support/evidence.js';
import * as timer from './support/cancel-on-our-timer.js';
import {
  beforeItsDate,
  duringTheCall,
  scene,
  type AnyRequest,
  type Moment,
  type Scene,
  type SceneOptions,
} from './support/cancel-scene.js';
import * as manifest from './support/cancel-through-manifest.js';
import {
  putIs,
  putIsRefused,
  readIs,
  shortlyBefore,
  whileCreated,
  whileReady,
} from './support/cancel-through-manifest.js';
import {
  againstReschedule,
  byButton,
  bySignal,
  bySignalThenReset,
  byUpdate,
  thenMended,
  twice,
  twoAtOnce,
} from './support/cancel-ways.js';

/** These wait far more than they work. */
vi.setConfig({ maxConcurrency: 12 });

/** What a cancel was answered, what became of the payout, and what the provider really did, by the sandbox's journal. */
type Truth = readonly [answer: string, ends: Status, paid: 'paid' | 'undone' | 'nothing'];

/** A case, the moment it plays, and all that may truly come of it: several where a race decides. */
type Row = readonly [when: string, play: Scene, ...truths: readonly [Truth, ...Truth[]]];

const at = (make: () => AnyRequest, reached: SceneOptions['reached'], other: Partial<SceneOptions> = {}): Scene =>
  scene({ make, reached, cancel: byUpdate, ...other });
const throttled = ({ stack, request }: Moment): Promise<unknown> =>
  untilEvidence(stack, request.reference, /asks for patience/);

const CANCELED = ['canceled', 'canceled', 'nothing'] as const;
const UNDONE = ['canceled', 'canceled', 'undone'] as const;

const MANIFEST: readonly Row[] = [
  ['while it is ready for a date', whileReady(byUpdate), UNDONE],
  ['by a signal', whileReady(bySignal), ['(signal)', 'canceled', 'undone']],
  [
    "by Temporal's Cancel button, the PUT never arrived",
    whileReady(putIs({ kind: 'no_connection' }, byButton)),
    ['(button)', 'canceled', 'undone'],
  ],
  ['twice, the second one after its end', whileReady(twice), UNDONE],
  ['three at once', whileReady(twoAtOnce), UNDONE],
  ['together with a reschedule', whileReady(againstReschedule), UNDONE],
  [
    'heard by a workflow that was then reset',
    whileReady(putIs({ kind: 'error_before', times: 'always' }, bySignalThenReset, 'mended')),
    ['(signal), then reset', 'canceled', 'undone'],
  ],
  ['the reply to the PUT was lost', whileReady(putIs({ kind: 'reply_lost' })), UNDONE],
  ['the PUT never arrived', whileReady(putIs({ kind: 'no_connection' })), UNDONE],
  ['the PUT was answered 500 and took no effect', whileReady(putIs({ kind: 'error_before' })), UNDONE],
  ['the PUT was answered 500 and took effect', whileReady(putIs({ kind: 'error_after' })), UNDONE],
  ['the PUT was never answered and took no effect', whileReady(putIs({ kind: 'never_answers' })), UNDONE],
  [
    'the PUT was never answered and took effect',
    whileReady(putIs({ kind: 'never_answers', afterEffect: true })),
    UNDONE,
  ],
  ['the PUT was answered 200 and changed nothing', whileReady(putIs({ kind: 'status', status: 200 })), UNDONE],
  ['the PUT was answered 401 until the operator mended it', whileReady(putIsRefused(401)), UNDONE],
  ['the PUT was answered 403 until the operator mended it', whileReady(putIsRefused(403)), UNDONE],
  [
    'the PUT was answered 422 once: it is told at once, and stays in force',
    whileReady(putIs({ kind: 'status', status: 422 })),
    ['too_late: ready', 'canceled', 'undone'],
  ],
  [
    'the PUT was answered 400 until the date',
    whileReady(putIs({ kind: 'status', status: 400, times: 'always' }), 8_000),
    ['too_late: ready', 'sent', 'paid'],
  ],
  [
    'the PUT was answered 200 and changed nothing until the date',
    whileReady(putIs({ kind: 'status', status: 200, times: 'always' }), 5_000),
    ['too_late: pending', 'sent', 'paid'],
  ],
  [
    'the PUT was answered 401 until the date',
    whileReady(putIs({ kind: 'status', status: 401, times: 'always' }), 5_000),
    ['too_late: pending', 'sent', 'paid'],
  ],
  ['the status could not be read once, before the PUT', whileReady(readIs({ kind: 'error_before' })), UNDONE],
  ['the status could not be read back once', whileReady(readIs({ kind: 'error_before', skip: 1 })), UNDONE],
  [
    'the status could not be read back for long',
    whileReady(manifest.afterSettling(readIs({ kind: 'error_before', skip: 1, times: 2 }))),
    ['in_doubt', 'canceled', 'undone'],
    // The watcher's list may show it first.
    UNDONE,
  ],
  [
    'the PUT arrived after the date, and its 200 changed nothing',
    whileReady(shortlyBefore(2_200, putIs({ kind: 'slow', delayMs: 2_400 })), 6_000),
    ['too_late: pending', 'sent', 'paid'],
  ],
  [
    'at the last moment before its date',
    whileReady(shortlyBefore(150), 5_000),
    UNDONE,
    ['too_late: pending', 'sent', 'paid'],
  ],
  [
    'while it is pending',
    at(manifest.through('acon_ada'), { status: 'pending' }),
    ['too_late: pending', 'sent', 'paid'],
    ['too_late: sent', 'sent', 'paid'],
  ],
  [
    'while nobody claims it',
    at(manifest.through('acon_unclaimed'), { status: 'pending' }),
    ['too_late: pending', 'pending', 'paid'],
  ],
  ['after it was sent', at(manifest.through('acon_ada'), { status: 'sent' }), ['too_late: sent', 'sent', 'paid']],
  [
    'after it was sent through a bank, before it came back',
    at(manifest.through('acon_ach_returned_ada'), { status: 'sent' }),
    ['too_late: sent', 'returned', 'undone'],
  ],
  [
    'after it was returned',
    at(manifest.through('acon_ach_returned_ada'), { status: 'returned' }),
    ['too_late: returned', 'returned', 'undone'],
  ],
  [
    'after it ended as error',
    at(manifest.through('acon_failing_ada'), { status: 'error' }),
    ['too_late: error', 'error', 'undone'],
  ],
  [
    'while it waits for the operator, refused with 401',
    at(manifest.through('acon_ada'), { waitingFor: 'operator' }, { payFault: { kind: 'status', status: 401 } }),
    CANCELED,
  ],
  [
    'in the middle of the paying call, for a date',
    at(manifest.dated(), duringTheCall, { payFault: { kind: 'slow', delayMs: 1_000 } }),
    UNDONE,
  ],
  [
    'in doubt, and it turns out ready for a date',
    at(manifest.dated(), { status: 'in_doubt' }, { payFault: { kind: 'reply_lost', times: 'always' } }),
    ['in_doubt', 'canceled', 'undone'],
  ],
  [
    'in doubt, and it turns out sent',
    at(manifest.through('acon_ada'), { status: 'in_doubt' }, { payFault: { kind: 'reply_lost', times: 'always' } }),
    ['in_doubt', 'sent', 'paid'],
  ],
  [
    'in doubt, and its absence is proven',
    manifest.besideAnother({ kind: 'error_before', times: 'always' }, thenMended(byUpdate)),
    ['in_doubt', 'canceled', 'nothing'],
  ],
];

const MANIFEST_AS_CREATED: readonly Row[] = [
  ['while Manifest has it as created', whileCreated(byUpdate), UNDONE],
  ['three at once, while Manifest has it as created', whileCreated(twoAtOnce), UNDONE],
];

const onOurTimer = (provider: timer.OnOurTimer): readonly Row[] => {
  const [now, dated] = [timer.now(provider), timer.dated(provider)];
  const isSent = ['too_late: sent', 'sent', 'paid'] as const;
  const isPending = ['too_late: pending', 'sent', 'paid'] as const;
  const wasOnItsWay = ['in_doubt', 'sent', 'paid'] as const;
  return [
    ['before its date', at(dated, { status: 'ready' }), CANCELED],
    ['before its date, twice', at(dated, { status: 'ready' }, { cancel: twice }), CANCELED],
    [
      'before its date, together with a reschedule',
      at(dated, { status: 'ready' }, { cancel: againstReschedule }),
      CANCELED,
    ],
    ['at its date', at(timer.dated(provider, 3_000), beforeItsDate(60)), CANCELED, wasOnItsWay, isPending, isSent],
    ['while it waits in a lane', timer.whileInLane(provider, byUpdate), CANCELED],
    [
      "while it waits in a lane, by Temporal's Cancel button",
      timer.whileInLane(provider, byButton),
      ['(button)', 'canceled', 'nothing'],
    ],
    [
      'while it waits for the operator, refused with 401',
      at(now, { waitingFor: 'operator' }, { payFault: { kind: 'status', status: 401 } }),
      CANCELED,
    ],
    ['after a 429', at(now, throttled, { payFault: { kind: 'rate_limited' } }), CANCELED],
    [
      'after a 429, heard by a workflow that was then reset',
      at(now, throttled, { payFault: { kind: 'rate_limited' }, cancel: bySignalThenReset }),
      ['(signal), then reset', 'canceled', 'nothing'],
    ],
    [
      'after a 429 that had paid',
      at(now, throttled, { payFault: { kind: 'rate_limited', afterEffect: true } }),
      isSent,
    ],
    [
      'in the middle of the first paying call',
      at(now, duringTheCall, { payFault: { kind: 'slow', delayMs: 1_000 } }),
      isSent,
      isPending,
    ],
    [
      'in the middle of the paying call at its date',
      at(timer.dated(provider, 2_500), duringTheCall, { payFault: { kind: 'slow', delayMs: 1_200 } }),
      wasOnItsWay,
    ],
    [
      'in doubt, and it turns out sent',
      at(timer.shownLate(provider), { status: 'in_doubt' }, { payFault: { kind: 'reply_lost' } }),
      wasOnItsWay,
    ],
    provider === 'prolific'
      ? [
          'in doubt, and nothing ever shows',
          at(now, { status: 'in_doubt' }, { payFault: { kind: 'error_before' } }),
          ['in_doubt', 'in_doubt', 'nothing'],
        ]
      : [
          'in doubt, and its absence is proven',
          at(now, { status: 'in_doubt' }, { payFault: { kind: 'error_before' } }),
          ['in_doubt', 'canceled', 'nothing'],
        ],
    ['after it was sent', at(now, { status: 'sent' }), isSent],
  ];
};

const TABLES: readonly { readonly name: string; readonly rows: readonly Row[]; readonly isSlow?: true }[] = [
  { name: 'Manifest', rows: MANIFEST },
  { name: 'Manifest, which takes long to make it ready', rows: MANIFEST_AS_CREATED, isSlow: true },
  { name: 'Prolific', rows: onOurTimer('prolific') },
  { name: 'Respondent', rows: onOurTimer('respondent') },
];

/** Longer than a cancel takes, and less than the records may lag. */
const SHOWN_LATE_MS = 2_500;

let stack: TestStack;
let slow: TestStack;
beforeAll(async () => {
  const visibleAfterMs = (id: string): number => (id.includes('late') ? SHOWN_LATE_MS : 300);
  const env = {
    PAYOUTS_WATCH_MS: '400',
    // A PUT may be on its way for long; a doubt settles as soon as with the usual times.
    PAYOUTS_HTTP_TIMEOUT_MS: '2500',
    PAYOUTS_SEND_BY_MS: '1000',
    PAYOUTS_SETTLE_MS: '1000',
  };
  [stack, slow] = await Promise.all([
    startPayouts({
      env,
      manifest: { pendingMs: 2_000, returnAfterMs: 4_000, listLagMs: SHOWN_LATE_MS },
      prolific: { visibleAfterMs },
      respondent: { visibleAfterMs },
    }),
    // Longer than the step that paid keeps looking.
    startPayouts({ env, manifest: { createdMs: 7_000 } }),
  ]);
  // A watcher that has nobody to watch ends, and is not asked for again at once.
  const always = manifestRequest({ accountConnection: 'acon_unclaimed' });
  await stack.payouts.start(always);
  await stack.until(always.reference, { status: 'pending' });
});
afterAll(() => Promise.all([stack?.stop(), slow?.stop()]));

const toCase = ([when, play, ...truths]: Row) =>
  [`${when}: ${truths.map((truth) => truth.join(' → ')).join(', or ')}`, play, truths] as const;

describe.concurrent.each(TABLES)('a cancel through $name', ({ rows, isSlow }) => {
  it.each(rows.map(toCase))('%s', async (_title, play, truths) => {
    const on = isSlow ? slow : stack;
    const { request, answer } = await play(on);
    const truth = truths.find(([expected]) => expected === answer);
    if (!truth) throw new Error(`it was answered "${answer}"; the ledger says ${await inWords(on, request)}`);
    const [, ends, paid] = truth;
    await untilItStays(on, request, ends);
    expect(statesOf(on, request)).toEqual(paid === 'nothing' ? [] : [paid]);
    expect(unusedFaults(on, request, await on.show(request.reference))).toEqual([]);
    expect(await readBreaks(on, request.reference)).toEqual([]);
    await on.expectAgreement(request.reference);
  });
});

const inWords = async (on: TestStack, { reference }: AnyRequest): Promise<string> => {
  const { status, evidence } = await on.show(reference);
  return `${status}: ${evidence}`;
};

/** A fault that never hit would prove nothing. */
const unusedFaults = ({ sandbox }: TestStack, request: AnyRequest, { providerReference }: Show) =>
  sandbox.faults
    .list()
    .filter(({ about, hits }) => hits === 0 && (about === providerReference || about === aboutOf(request)));

/** At its end; in doubt only when a person is asked. */
async function untilItStays({ payouts, until: reached }: TestStack, { reference }: AnyRequest, ends: Status) {
  await reached(reference, ends === 'in_doubt' ? { status: ends, waitingFor: 'person' } : { status: ends });
  if (ends === 'pending' || ends === 'in_doubt') return;
  const { status } = await payouts.getHandle(reference).result();
  expect([ends, 'sent']).toContain(status);
}

/** Of this payout: behind it in a lane another amount is paid to the same person. */
const statesOf = (on: TestStack, request: AnyRequest): readonly string[] =>
  on
    .payments(request)
    .filter(({ amountMinor }) => !('amountMinor' in request) || amountMinor === request.amountMinor)
    .map(({ state }) => state);
