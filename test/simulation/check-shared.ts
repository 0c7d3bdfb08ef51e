import { isDeepStrictEqual } from 'node:util';
import type { Facts } from '../../src/payout/facts.js';
import { TAG } from '../../src/payout/request.js';
import type { Machine, Opened } from './machine.js';
import type { Called, WireRequest } from './sites.js';
import type { World } from './world.js';

/** The rest that is refused because of others is asked for together once more, and then each alone. */
const MOST_TOGETHER = 2;

/** What has to be true of a request for several payouts, beside what has to be true for each of them. */
export function checkShared(
  world: World,
  machine: Machine,
  opened: Opened,
  called: Called,
  request: WireRequest,
): void {
  const { ledger, checks } = world;
  if (machine.group === undefined) checks.violated(machine.reference, 'one who is alone repeats the call of several');
  const { references } = opened;
  const wanted = references.map((reference) => subjectOf(world, reference));
  if (!isDeepStrictEqual(namedIn(world, called, request).toSorted(), wanted.toSorted()))
    checks.violated(machine.reference, 'a call asks for others than those for whom it is written down');
  for (const reference of references) {
    const facts = ledger.facts(reference);
    if (togetherBefore(facts) >= MOST_TOGETHER)
      checks.violated(reference, `it is asked for together with others more than ${MOST_TOGETHER} times`);
    if (wasRefusedUnnamed(facts))
      checks.violated(reference, 'it is asked for together with others after a refusal that named nobody');
  }
}

/** What has to be true of a shared call at the moment at which it is written down: from then on its request may leave. */
export function checkOpened({ ledger, checks }: World, { group }: Machine, opened: Opened): void {
  if (!opened.isShared || group === undefined) return;
  for (const reference of opened.references) {
    if (ledger.groupOf(reference) !== group)
      checks.violated(reference, 'a call is made for one who has left those whom it asks for');
    if (!ledger.isOpen(reference)) checks.violated(reference, 'a call is made for one who is over');
  }
}

/** By what a call names a payout. */
function subjectOf({ plan }: World, reference: string): string {
  const request = plan.requests.find((one) => one.reference === reference);
  const submission = request?.['submissionId'];
  return typeof submission === 'string' ? submission : reference;
}

/** Whom the call pays, by what it says. */
function namedIn({ plan }: World, { about }: Called, { body }: WireRequest): readonly string[] {
  if (plan.provider !== 'manifest') return about.split(' ');
  const { payouts = [] } = JSON.parse(body) as {
    readonly payouts?: readonly { readonly user_data: Record<string, string> }[];
  };
  return payouts.map(({ user_data: data }) => data[TAG] ?? '');
}

const togetherBefore = ({ attempts }: Facts): number => attempts.slice(0, -1).filter((one) => one.isShared).length;

const wasRefusedUnnamed = ({ attempts }: Facts): boolean =>
  attempts
    .slice(0, -1)
    .flatMap(({ exchanges }) => exchanges.flatMap(({ outcomes }) => outcomes))
    .some(({ outcome }) => outcome.kind === 'rejected' && outcome.rows?.length === 0);
