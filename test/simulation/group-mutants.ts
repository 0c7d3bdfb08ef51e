import { change, type Mutant } from './mutants.js';

const OPEN = 'activities/group/open-shared.ts';
const READY = 'activities/group/make-shared-ready.ts';
const TOGETHER = 'activities/group/advance-together.ts';
const VERDICT = 'src/payout/verdict.ts';
const GROUNDS = 'src/payout/grounds.ts';

/** The guards of calls that ask for several payouts. What guards a single payout is among the others. */
export const GROUP_MUTANTS: readonly Mutant[] = [
  {
    guard: 'shared call: as soon as one has left, it is never made again',
    mutations: [
      change(
        OPEN,
        'if (references.length === members.length) return { together: members, apart };',
        'if (references.length >= members.length) return { together: members, apart };',
      ),
    ],
    plan: 'manifest rows: reply lost',
    most: 1,
    options: ['start again'],
  },
  {
    guard: 'shared call: one who is alone never repeats it',
    mutations: [
      change(VERDICT, 'return actsForAll && !isOver ? last : undefined;', 'return isOver ? undefined : last;'),
    ],
    plan: 'manifest rows: reply lost',
    most: 1,
    options: ['start again'],
  },
  {
    guard: 'shared call: one who is alone asks under a key of its own only where the shared call provably paid nothing',
    mutations: [
      change(
        GROUNDS,
        'if (lastAttempt(facts)?.isShared && !attemptToRepeat(facts, policy.actsForAll === true)) return undefined;',
        '',
      ),
    ],
    plan: 'manifest rows: reply lost',
    most: 1,
    options: ['start again'],
  },
  {
    guard: 'shared refusal: one that names some is none of the others',
    mutations: [
      change(
        VERDICT,
        'if (outcome.rows === undefined) return outcome.message;',
        'if (outcome) return outcome.message;',
      ),
    ],
    plan: 'manifest rows: one of them is refused',
    most: 0,
  },
  {
    guard: 'shared refusal: one that names nobody of ours is not put on anybody',
    mutations: [
      change(
        'src/providers/manifest/bulk-outcome.ts',
        'const reference = own.length === 1 ? own[0]?.reference : undefined;',
        'const reference = (own[0] ?? requests[0])?.reference;',
      ),
    ],
    plan: 'manifest rows: refused because of a row that is none of ours',
    most: 0,
  },
  {
    guard: 'shared refusal: after one that names nobody each goes alone',
    mutations: [change(OPEN, 'return unnamed || facts.attempts.length', 'return facts.attempts.length')],
    plan: 'manifest rows: refused because of a row that is none of ours',
    most: 0,
  },
  {
    guard: 'shared refusal: the rest goes on together once, and no loop of new keys arises',
    mutations: [change(OPEN, 'const MOST_SHARED_ATTEMPTS = 2;', 'const MOST_SHARED_ATTEMPTS = 99;')],
    plan: 'manifest rows: refused one after the other',
    most: 0,
  },
  {
    guard: 'shared call, lanes: the lane of each subject is entered, for the set-up and again for the call',
    mutations: [
      change(
        READY,
        'subjectLane === undefined ? [] : [{ lane: subjectLane, reference, rank: rank ?? 0 }],',
        "subjectLane !== '' ? [] : [{ lane: subjectLane, reference, rank: rank ?? 0 }],",
      ),
    ],
    plan: 'prolific rows: one of the same submission goes alone and never arrives',
    most: 1,
  },
  {
    guard: 'shared call, lanes: one call at a time in a workspace',
    mutations: [
      change(
        READY,
        'if (!first || callLane === undefined) return undefined;',
        "if (!first || callLane !== '') return undefined;",
      ),
    ],
    plan: 'prolific rows: two groups, slowly',
    most: 0,
  },
  {
    guard: 'shared call, send_by: a worker that was frozen sends nothing',
    mutations: [
      change(
        TOGETHER,
        'const answer: BulkOutcome = deadline.passed(deps.clock)',
        'const answer: BulkOutcome = deadline.passed(deps.clock) && !call',
      ),
    ],
    plan: 'prolific rows: paid by one call',
    most: 1,
    options: ['freezes 12 s'],
  },
  {
    guard: 'shared call: what was made ready is for exactly those who are still wanted',
    mutations: [change(OPEN, 'if (!made || !fits(made, together))', 'if (!made)')],
    plan: 'prolific rows: paid by one call',
    most: 1,
    options: ['cancel'],
  },
  {
    guard: 'shared call: each has grounds of its own (three places say so, and all of them are taken out)',
    mutations: [
      change(
        OPEN,
        `        ruling.next.do === 'submit' &&
        hostDiffers(facts.claim, served) === undefined &&
        decideGrounds(facts, rules, lookOf(facts)) !== undefined,`,
        `        ruling.status !== 'sent' && hostDiffers(facts.claim, served) === undefined,`,
      ),
      change(
        OPEN,
        'const grounds = together.map((facts) => decideGrounds(facts, rules, lookOf(facts)));',
        "const grounds = together.map((facts) => decideGrounds(facts, rules, lookOf(facts)) ?? ({ kind: 'first' } as never));",
      ),
    ],
    plan: 'prolific rows: paid by one call',
    most: 0,
  },
  {
    guard: 'shared call, lanes: entered before the snapshots are taken',
    mutations: [
      change(
        READY,
        'const waiting = await deps.ledger.transaction((tx) => enterAll(tx, facts, rows));',
        'const waiting = await deps.ledger.transaction((tx) => enterAll(tx, facts, []));',
      ),
    ],
    plan: 'prolific rows: one of the same submission goes alone and never arrives',
    most: 1,
    options: ['freezes 12 s'],
  },
  {
    guard: 'shared call, amounts: the total of a bulk is compared with what was asked for',
    mutations: [
      change(
        'src/providers/prolific/bulk.ts',
        'if (mismatch !== undefined) return',
        'if (mismatch === setUp.value.id) return',
      ),
    ],
    plan: 'prolific rows: amounts are misread',
    most: 0,
  },
  {
    guard: 'shared look: who is not found in it is not proven to be absent',
    mutations: [change('activities/group/look-together.ts', 'proven: false,', 'proven: true,')],
    plan: 'manifest rows: lists without tags',
    most: 1,
    options: ['the group is terminated'],
  },
  {
    guard: 'nobody forgotten: a group whose workflow is gone gets one again',
    mutations: [
      change('activities/batch/find-overdue-groups.ts', 'const GRACE_MS = 15 * 60_000;', 'const GRACE_MS = 15e9;'),
    ],
    plan: 'prolific rows: paid by one call',
    most: 1,
    options: ['the group is terminated'],
  },
  {
    guard: 'one by one in a group: each has grounds of its own in the transaction that opens their exchanges',
    mutations: [
      change(
        'activities/group/open-each.ts',
        'const grounds = firstGrounds(facts, served, input, rules);',
        "const grounds = firstGrounds(facts, served, input, rules) ?? ({ kind: 'first' } as never);",
      ),
    ],
    plan: 'respondent rows: paid one by one',
    most: 1,
    options: ['cancel', 'taken by another too'],
  },
  {
    guard: 'one by one in a group, send_by: a worker that was frozen sends nothing',
    mutations: [
      change(
        'activities/group/pay-each.ts',
        'const outcome: Outcome = deadline.passed(deps.clock)',
        'const outcome: Outcome = deadline.passed(deps.clock) && !one',
      ),
    ],
    plan: 'respondent rows: paid one by one',
    most: 1,
    options: ['freezes 12 s'],
  },
];
