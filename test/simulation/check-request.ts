import { isDeepStrictEqual } from 'node:util';
import type { Facts } from '../../src/payout/facts.js';
import { TAG, type ManifestRequest } from '../../src/payout/request.js';
import { wantedRequest } from '../../src/payout/wanted.js';
import { MOMENT_MS } from './checks.js';
import type { Machine } from './machine.js';
import type { Site, WireRequest } from './sites.js';
import type { World } from './world.js';

/** What has to be true of every paying request at the moment at which a step makes it. */
export function checkRequest(world: World, machine: Machine, site: Site, request: WireRequest): void {
  const { ledger, plan, kernel, checks } = world;
  const { reference, opened } = machine;
  const violated = (what: string): void => checks.violated(reference, what);
  if (!opened || !ledger.references().includes(reference)) return violated('a request is made and not written down');
  const facts = ledger.facts(reference);
  if (kernel.nowMs > opened.sendByMs) violated('a request is made after its send_by');
  if (site.baseUrl !== facts.claim.host) violated('a request goes to another host than it was claimed for');
  if (!isAsWritten(facts, request)) violated('a request says something else than the one that is written down');
  if (isCanceled(facts, opened.openedAtMs, checks.canceledAtMs(reference)))
    violated('a request is opened after a cancel was heard');
  if (plan.provider === 'manifest' && !saysWhatIsWanted(facts, request.body))
    violated('the first request says something else than was decided');
  if (plan.provider === 'prolific' && isBesideAnother(world, reference))
    violated('two paying calls are under way at once in one workspace');
  if (plan.provider !== 'manifest' && plan.guardProven !== true && followsDoubt(facts, opened.openedAtMs))
    violated('a doubtful request is repeated although nothing guards it');
  if (plan.provider === 'respondent' && checks.journal.showsOthers(reference, opened.openedAtMs - MOMENT_MS))
    violated('a payment is requested that the records showed as made by somebody else');
}

function isAsWritten({ attempts }: Facts, { path, body, headers }: WireRequest): boolean {
  const attempt = attempts.at(-1);
  if (!attempt || attempt.call.body !== body || attempt.call.path !== path) return false;
  const key = headers['idempotency-key'];
  return key === undefined || key === attempt.idempotencyKey;
}

/** Who says "pay again" after a cancel has decided anew. */
function isCanceled({ decisions }: Facts, openedAtMs: number, canceledAtMs: number | undefined): boolean {
  if (canceledAtMs === undefined || openedAtMs <= canceledAtMs) return false;
  return !decisions.some((one) => one.kind === 'resolve' && one.payAgain && one.atMs > canceledAtMs);
}

/** A repeat says what the first request said. Our tag stands in every one. */
function saysWhatIsWanted(facts: Facts, body: string): boolean {
  const isFirst = facts.attempts.flatMap(({ exchanges }) => exchanges).length === 1;
  const { date, description, user_data: userData } = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const { reference, scheduledAt, metadata, ...wanted } = wantedRequest(facts) as ManifestRequest;
  const isTagged = (userData as Readonly<Record<string, unknown>>)[TAG] === reference;
  if (!isFirst) return isTagged;
  const said = { scheduledAt: date, description, metadata: { ...(userData as object), [TAG]: undefined } };
  const asked = { scheduledAt, description: wanted.description, metadata: { ...metadata, [TAG]: undefined } };
  return isTagged && isDeepStrictEqual(said, asked);
}

function isBesideAnother({ ledger, kernel }: World, reference: string): boolean {
  const others = ledger.references().filter((other) => other !== reference);
  return others.some((other) =>
    ledger.exchanges(other).some(({ outcomes, closesAtMs }) => outcomes.length === 0 && kernel.nowMs < closesAtMs),
  );
}

/** Where nothing guards a repeat, none follows a doubt, unless a person says so. */
function followsDoubt({ attempts, decisions }: Facts, openedAtMs: number): boolean {
  const word = decisions.findLast((one) => one.kind === 'resolve' && one.payAgain && one.atMs <= openedAtMs);
  const before = attempts.flatMap(({ exchanges }) => exchanges).slice(0, -1);
  return before.some(({ outcomes, closesAtMs }) => {
    const isClear = outcomes.some(({ outcome }) => outcome.kind === 'rejected' || outcome.kind === 'unsent');
    return !isClear && closesAtMs > (word?.atMs ?? 0);
  });
}
