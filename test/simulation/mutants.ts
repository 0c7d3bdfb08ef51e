import type { Mutation } from './mutate.js';

/** A guard of the protocol, how it is taken out, and where the simulation finds that it is gone. */
export interface Mutant {
  readonly guard: string;
  readonly mutations: readonly Mutation[];
  /** The plan that is searched: every schedule of it with at most so many deviations. */
  readonly plan: string;
  readonly most: 0 | 1 | 2;
  /** Only these deviations, where two of them are needed. */
  readonly options?: readonly string[];
}

const OPEN = 'activities/open-exchange.ts';
const GROUNDS = 'src/payout/grounds.ts';
const VERDICT = 'src/payout/verdict.ts';

export const change = (file: string, from: string, to: string): Mutation => ({ file, from, to });

export const MUTANTS: readonly Mutant[] = [
  {
    guard: 'claim: a reference is claimed once',
    mutations: [
      change('test/activities/memory-transaction.ts', 'if (this.tables.folded.has(folded)) return undefined;', ''),
      change(
        'test/activities/memory-transaction.ts',
        'if (this.tables.keys.has(attempt.idempotencyKey)) throw',
        'if (!attempt) throw',
      ),
    ],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'claim: other content under a claimed reference is refused',
    mutations: [change('activities/claim.ts', 'if (fields.length > 0)', 'if (fields.length > 99)')],
    plan: 'manifest: started with other things',
    most: 1,
  },
  {
    guard: "lanes: a subject's lane is held until the end",
    mutations: [change('activities/lanes.ts', 'if (subjectLane !== undefined) {', "if (subjectLane === '') {")],
    plan: 'prolific: two of one subject, one never arrives',
    most: 1,
  },
  {
    guard: 'lanes: one call at a time in a workspace',
    mutations: [change('activities/lanes.ts', 'if (callLane !== undefined) {', "if (callLane === '') {")],
    plan: 'prolific: two of one workspace',
    most: 1,
  },
  {
    guard: 'lanes: entered before the snapshot is taken',
    mutations: [
      change(
        'activities/make-ready.ts',
        'await enterLanes(deps, served, identity, facts.claim.reference);',
        'await Promise.resolve<string | undefined>(undefined);',
      ),
    ],
    plan: 'prolific: two of one subject, one never arrives',
    most: 1,
    options: ['freezes 12 s'],
  },
  {
    guard: 'grounds: what nothing guards is not repeated',
    mutations: [
      change(
        GROUNDS,
        "if (policy.contract === 'guarded' &&",
        "if (policy.contract === 'unguarded') return grounds({ kind: 'nothing_was_paid' });\n      if (policy.contract === 'guarded' &&",
      ),
    ],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'grounds: a guard that nobody vouches for guards nothing',
    mutations: [
      change(GROUNDS, "policy.contract === 'guarded' && policy.guardProven &&", "policy.contract === 'guarded' &&"),
    ],
    plan: 'respondent: shown too late',
    most: 1,
  },
  {
    guard: 'grounds: an exchange without an outcome is a doubt, not a refusal',
    mutations: [change(VERDICT, 'return everyOneAnswered && kinds.every', 'return kinds.every')],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'grounds: a refused repeat says nothing about the first request',
    mutations: [change(VERDICT, 'kinds.every((kind)', 'kinds.some((kind)')],
    plan: 'manifest: refused after a lost reply',
    most: 1,
  },
  {
    guard: 'grounds: after "too many requests" the records are read first',
    mutations: [change(GROUNDS, "if (throttled && policy.contract !== 'idempotent') {", 'if (throttled && !policy) {')],
    plan: 'prolific: too many requests',
    most: 1,
  },
  {
    guard: 'grounds: past the key window the same key wants proven absence',
    mutations: [change(GROUNDS, 'if (inWindow) return', 'if (inWindow || first) return')],
    plan: 'manifest: a long outage',
    most: 1,
  },
  {
    guard: 'grounds: a repeat in the key window has to be over inside it, however late it takes effect',
    mutations: [
      change(
        GROUNDS,
        'const overAtMs = facts.nowMs + timing.sendByMs + timing.httpTimeoutMs + timing.settleMs;',
        'const overAtMs = facts.nowMs;',
      ),
    ],
    plan: 'manifest: reply lost, then an outage',
    most: 1,
    options: ['late'],
  },
  {
    guard: 'grounds: a look says nothing about what was asked after it',
    mutations: [
      change(
        'activities/look-up.ts',
        'toQuery({ facts, controls })), facts.nowMs);',
        'toQuery({ facts, controls })), Infinity);',
      ),
    ],
    plan: 'prolific: too many requests, twice',
    most: 2,
    options: ['freezes for long', 'no answer'],
  },
  {
    guard: 'grounds: who asked for a cancel in doubt did not ask for another request',
    mutations: [change(GROUNDS, 'if (cancelWanted(facts)) return undefined;', 'if (!cancelWanted) return undefined;')],
    plan: 'manifest: never arrived, an honest person pays again',
    most: 1,
    options: ['cancel'],
  },
  {
    guard: 'grounds: checked again in the transaction that opens the exchange',
    mutations: [
      change(
        OPEN,
        "if (ruling.next.do !== 'submit' && !wantsLook)",
        "if (!ready && ruling.next.do !== 'submit' && !wantsLook)",
      ),
      change(
        OPEN,
        'const grounds = decideGrounds(facts, rules, ready.look);',
        "const grounds = decideGrounds(facts, rules, ready.look) ?? ({ kind: 'first' } as never);",
      ),
    ],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'send_by: a worker that was frozen sends nothing',
    mutations: [
      change(
        'activities/deadline.ts',
        'now.wallMs() >= wallMs || now.monotonicMs() >= monotonicMs',
        'now.wallMs() < 0 || monotonicMs + wallMs < 0',
      ),
    ],
    plan: 'prolific: never arrived, an honest person pays again',
    most: 1,
    options: ['freezes 12 s'],
  },
  {
    guard: 'send_by: on the wall clock too, which runs on while a machine is suspended',
    mutations: [change('activities/deadline.ts', 'now.wallMs() >= wallMs ||', 'wallMs < 0 ||')],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'send_by: on the monotonic clock too, which nobody sets back',
    mutations: [change('activities/deadline.ts', '|| now.monotonicMs() >= monotonicMs', '|| monotonicMs < 0')],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'an open exchange is waited out',
    mutations: [
      change(
        VERDICT,
        'exchange.outcomes.length === 0 && nowMs < exchange.closesAtMs',
        'exchange.closesAtMs < 0 && nowMs < 0',
      ),
    ],
    plan: 'manifest: a slow reply',
    most: 1,
  },
  {
    guard: 'settle time: missing records mean nothing before it',
    mutations: [change(VERDICT, 'exchange.closesAtMs)) + settleMs;', 'exchange.closesAtMs)) + 0 * settleMs;')],
    plan: 'prolific: too many requests',
    most: 1,
  },
  {
    guard: 'stored body: a repeat sends the stored bytes',
    mutations: [change(OPEN, 'const call = earlier?.call ?? ready.call;', 'const call = ready.call;')],
    plan: 'manifest: started with other things',
    most: 1,
  },
  {
    guard: 'a call composed before a new date was decided is composed again',
    mutations: [change(OPEN, 'if (!ready || wantsLook || isStale)', 'if (!ready || wantsLook || (isStale && !ready))')],
    plan: 'manifest: at a date',
    most: 2,
    options: ['freezes 12 s', 'reschedule'],
  },
  {
    guard: 'a call composed before other words were decided is composed again',
    mutations: [
      change(
        OPEN,
        'isSameChange(ready.composedFrom, wantedRequest(facts))',
        'isSameChange({ scheduledAt: ready.composedFrom.scheduledAt }, { scheduledAt: wantedRequest(facts).scheduledAt })',
      ),
    ],
    plan: 'manifest: at a date',
    most: 2,
    options: ['freezes 12 s', 'change the words'],
  },
  {
    guard: 'decisions in the ledger: a cancel counts once it is a row',
    mutations: [
      change(
        'activities/decide.ts',
        'return isEnding(facts.state.status) ? false : tx.recordDecision(reference, decision, messageId);',
        'return !isEnding(facts.state.status);',
      ),
    ],
    plan: 'prolific: at a date',
    most: 1,
  },
  {
    guard: 'ledger id: a worker on another ledger pays nothing',
    mutations: [
      change('activities/standing.ts', 'if (pinnedLedgerId !== undefined &&', "if (pinnedLedgerId === '' &&"),
    ],
    plan: 'prolific: odd workers at a date',
    most: 1,
  },
  {
    guard: 'a restored ledger pays nothing before somebody accepts it',
    mutations: [change('activities/standing.ts', 'if (!standing.accepted)', 'if (!standing)')],
    plan: 'prolific: odd workers at a date',
    most: 1,
  },
  {
    guard: 'positive control: a search that finds nothing has to have found another one',
    mutations: [
      change(
        'src/providers/manifest/search-by-tag.ts',
        'if (holdsControl(reading, query)) return undefined;',
        'return undefined;',
      ),
    ],
    plan: 'manifest: lists show nothing',
    most: 0,
  },
  {
    guard: 'host: another host is another payout',
    mutations: [
      change(
        'activities/served.ts',
        'if (claim.host === account.host) return undefined;',
        'if (claim.host) return undefined;',
      ),
    ],
    plan: 'respondent: odd workers at a date',
    most: 1,
  },
  {
    guard: 'credentials: others can neither repeat a request nor prove that it did not arrive',
    mutations: [
      change(
        GROUNDS,
        'if (exchanges.some(({ credentials }) => credentials !== policy.credentials)) return undefined;',
        '',
      ),
    ],
    plan: 'manifest: odd workers',
    most: 1,
  },
  {
    guard: 'amount: Prolific has to have understood what was asked',
    mutations: [
      change(
        'src/providers/prolific/prepare.ts',
        'if (mismatch !== undefined) return',
        'if (mismatch === setUp) return',
      ),
    ],
    plan: 'prolific: amounts are misread',
    most: 0,
  },
  {
    guard: 'amount: a record of another reference, amount or recipient is no sight of ours',
    mutations: [
      change(
        'src/providers/manifest/find-difference.ts',
        'if (shown !== undefined && shown !== expected[field])',
        'if (shown === expected)',
      ),
    ],
    plan: 'manifest: another payout in the reply',
    most: 0,
  },
  {
    guard: 'unsent: a connection that broke may have carried the request',
    mutations: [change('src/providers/http.ts', "  'ECONNREFUSED',\n", "  'ECONNREFUSED',\n  'ECONNRESET',\n")],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'refusals: what the table does not name may have paid',
    mutations: [
      change(
        'src/providers/prolific/mapping.ts',
        "  [429, ['rate_limited', 'later']],\n",
        "  [429, ['rate_limited', 'later']],\n  [500, ['invalid', 'never']],\n",
      ),
    ],
    plan: 'prolific: paid at once',
    most: 1,
  },
  {
    guard: 'a payment that the records show already is not made again',
    mutations: [
      change('src/providers/respondent/prepare.ts', 'if (count >= payoutCount) {', 'if (count >= payoutCount + 9) {'),
    ],
    plan: 'respondent: somebody else pays the same',
    most: 1,
  },
  {
    guard: "a look comes before a person's word",
    mutations: [
      change(
        'activities/decide.ts',
        'return looks ? look(served, question) : undefined;',
        "return looks && state.status !== 'in_doubt' ? look(served, question) : undefined;",
      ),
    ],
    plan: 'prolific: wrongly said not paid',
    most: 1,
    options: ['no answer'],
  },
  {
    guard: 'a person is not heard before absence could be known',
    mutations: [
      change('activities/decide.ts', 'if (Math.min(facts.nowMs, askedAtMs) < knowableAtMs)', 'if (knowableAtMs < 0)'),
    ],
    plan: 'prolific: reply lost, an honest person',
    most: 1,
  },
  {
    guard: 'a word rests on a look, which may not be older than what it speaks of',
    mutations: [
      change(
        'activities/decide.ts',
        "const askedAtMs = sighting?.kind === 'absent' ? (sighting.askedAtMs ?? 0) : facts.nowMs;",
        'const askedAtMs = facts.nowMs;',
      ),
    ],
    plan: 'prolific: a word from too early a look',
    most: 2,
    options: ['freezes for long', 'no answer'],
  },
  {
    guard: 'an acceptance that comes late is not overruled by what was said before',
    mutations: [
      change('src/payout/decide.ts', 'if (!isLate) return undefined;', 'if (isLate || !isLate) return undefined;'),
    ],
    plan: 'prolific: shown too late, wrongly said not paid',
    most: 1,
    options: ['freezes for long'],
  },
  {
    guard: 'a person\'s "it was paid" against proven absence is told as a break',
    mutations: [
      change(
        'src/payout/decide.ts',
        'return word.paid && look && isProvenAbsent(',
        'return !word.paid && look && isProvenAbsent(',
      ),
    ],
    plan: 'respondent: wrongly said paid',
    most: 0,
  },
  {
    guard: "a look after a person's word compares with the snapshot from before the first request",
    mutations: [
      change(
        'activities/look-up.ts',
        '(countingExchanges(facts)[0] ?? facts.attempts[0]?.exchanges[0])?.snapshot',
        'countingExchanges(facts)[0]?.snapshot',
      ),
    ],
    plan: 'prolific: shown too late, wrongly said not paid',
    most: 1,
  },
  {
    guard: 'breaks: more payments than one are one',
    mutations: [
      change('src/payout/decide.ts', "const isTwice = from !== 'sent' &&", "const isTwice = from === 'returned' &&"),
    ],
    plan: 'prolific: somebody else pays the same',
    most: 1,
  },
  {
    guard: 'breaks: what was read before the ending was written contradicts nothing',
    mutations: [change('src/payout/decide.ts', 'if (askedAtMs <= facts.state.sinceMs)', 'if (askedAtMs < 0)')],
    plan: 'manifest: paid at once',
    most: 1,
  },
];
