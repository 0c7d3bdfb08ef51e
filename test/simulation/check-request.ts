import { isDeepStrictEqual } from 'node:util';
import type { Facts } from '../../src/payout/facts.js';
import { TAG, type ManifestRequest } from '../../src/payout/request.js';
import { wantedRequest } from '../../src/payout/wanted.js';
import { checkShared } from './check-shared.js';
import { MOMENT_MS } from './checks.js';
import type { Machine, Opened } from './machine.js';
import type { Called, WireRequest } from './sites.js';
import type { World } from './world.js';

/** What has to be true of every paying request at the moment at which a step makes it. */
export function checkRequest(world: World, machine: Machine, called: Called, request: WireRequest): void {
  const opened = machine.openedFor(request);
  const references = machine.group === undefined ? [machine.reference] : (opened?.references ?? [machine.reference]);
  for (const reference of references) checkFor(world, reference, opened, called, request, references);
  if (opened?.isShared) checkShared(world, machine, opened, called, request);
}

/** What has to be true for each of those whom it asks for. */
function checkFor(
  world: World,
  reference: string,
  opened: Opened | undefined,
  { site }: Called,
  request: WireRequest,
  together: readonly string[],
): void {
  const { ledger, plan, kernel, checks } = world;
  const violated = (what: string): void => checks.violated(reference, what);
  if (!opened || !ledger.references().includes(reference)) return violated('a request is made and not written down');
  const facts = ledger.facts(reference);
  if (kernel.nowMs > opened.sendByMs) violated('a request is made after its send_by');
  if (site.baseUrl !== facts.claim.host) violated('a request goes to another host than it was claimed for');
  if (!isAsWritten(facts, opened, request)) violated('a request says something else than the one that is written down');
  if (isCanceled(facts, opened.openedAtMs, checks.canceledAtMs(reference)))
    violated('a request is opened after a cancel was heard');
  if (plan.provider === 'manifest' && !saysWhatIsWanted(facts, request.body))
    violated('the first request says something else than was decided');
  if (plan.provider === 'prolific' && isBesideAnother(world, together))
    violated('two paying calls are under way at once in one workspace');
  if (plan.provider !== 'manifest' && plan.guardProven !== true && followsDoubt(facts, opened.openedAtMs))
    violated('a doubtful request is repeated although nothing guards it');
  if (followsDoubt(withoutLast(facts), opened.openedAtMs))
    violated('a doubtful request is followed by one under another key');
  if (plan.provider === 'respondent' && checks.journal.showsOthers(reference, opened.openedAtMs - MOMENT_MS))
    violated('a payment is requested that the records showed as made by somebody else');
}

function isAsWritten({ attempts }: Facts, opened: Opened, { path, body, headers }: WireRequest): boolean {
  const attempt = attempts.at(-1);
  // The body of a shared call stands in the ledger once, and not among the facts of each.
  const call = opened.isShared ? opened.call : attempt?.call;
  if (!attempt || call?.body !== body || call.path !== path) return false;
  const key = headers['idempotency-key'];
  return key === undefined || key === attempt.idempotencyKey;
}

/** Who says "pay again" after a cancel has decided anew. */
function isCanceled({ decisions }: Facts, openedAtMs: number, canceledAtMs: number | undefined): boolean {
  if (canceledAtMs === undefined || openedAtMs <= canceledAtMs) return false;
  return !decisions.some((one) => one.kind === 'resolve' && one.payAgain && one.atMs > canceledAtMs);
}

interface Said {
  readonly date?: string;
  readonly description?: string;
  readonly user_data?: Readonly<Record<string, unknown>>;
}

/** A repeat says what the first request said. Our tag stands in every one. */
function saysWhatIsWanted(facts: Facts, body: string): boolean {
  const { reference, scheduledAt, metadata, ...wanted } = wantedRequest(facts) as ManifestRequest;
  const said = findSaid(body, reference);
  const isFirst = facts.attempts.at(-1)?.exchanges.length === 1;
  if (said?.user_data?.[TAG] !== reference) return false;
  if (!isFirst) return true;
  const { date, description, user_data: userData } = said;
  const saying = { scheduledAt: date, description, metadata: { ...userData, [TAG]: undefined } };
  const asked = { scheduledAt, description: wanted.description, metadata: { ...metadata, [TAG]: undefined } };
  return isDeepStrictEqual(saying, asked);
}

function findSaid(body: string, reference: string): Said | undefined {
  const said = JSON.parse(body) as Said & { readonly payouts?: readonly Said[] };
  return said.payouts ? said.payouts.find(({ user_data: data }) => data?.[TAG] === reference) : said;
}

function isBesideAnother({ ledger, kernel }: World, together: readonly string[]): boolean {
  const others = ledger.references().filter((other) => !together.includes(other));
  return others.some((other) =>
    ledger.exchanges(other).some(({ outcomes, closesAtMs }) => outcomes.length === 0 && kernel.nowMs < closesAtMs),
  );
}

const withoutLast = (facts: Facts): Facts => ({
  ...facts,
  // The request that is asked about stands last, with an exchange of its own.
  attempts: [
    ...facts.attempts.slice(0, -1),
    ...facts.attempts.slice(-1).map((last) => ({ ...last, exchanges: last.exchanges.slice(-1) })),
  ],
});

/** Where nothing guards a repeat, none follows a doubt, unless a person says so. */
function followsDoubt({ attempts, decisions }: Facts, openedAtMs: number): boolean {
  const word = decisions.findLast((one) => one.kind === 'resolve' && one.payAgain && one.atMs <= openedAtMs);
  const before = attempts.flatMap(({ exchanges }) => exchanges).slice(0, -1);
  return before.some(({ outcomes, closesAtMs }) => {
    const isClear = outcomes.some(({ outcome }) => outcome.kind === 'rejected' || outcome.kind === 'unsent');
    return !isClear && closesAtMs > (word?.atMs ?? 0);
  });
}
