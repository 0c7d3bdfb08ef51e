import { randomUUID } from 'node:crypto';
import { isSameChange } from '../../src/payout/change.js';
import { decide, type Rules } from '../../src/payout/decide.js';
import type { Facts } from '../../src/payout/facts.js';
import { decideGrounds, type Grounds } from '../../src/payout/grounds.js';
import type { GroupInput } from '../../src/payout/group-input.js';
import { wantedRequest } from '../../src/payout/wanted.js';
import type { EffectContract } from '../../src/payout/contract.js';
import { orCloseUnheard } from '../close-unheard.js';
import type { Deadline } from '../deadline.js';
import type { ServedAccount } from '../deps.js';
import type { Ready } from '../make-ready.js';
import { writeExchange, type ExchangeOpened } from '../open-exchange.js';
import { hostDiffers, rulesFor } from '../served.js';
import { expectStanding } from '../standing.js';
import type { GroupDeps } from './input.js';
import { ticketsOf } from './make-shared-ready.js';

/** What is to be paid by one call: for whom, and that it is written down. */
export interface EachOpened extends ExchangeOpened {
  readonly reference: string;
}

/**
 * One transaction for several first calls: each is judged under its lock as if it were alone, and those that may be made now have an
 * exchange of their own. Whoever is missing in the answer is to be asked about alone.
 */
export function openEach(
  deps: GroupDeps,
  served: ServedAccount,
  input: GroupInput,
  deadline: Deadline,
  ready: ReadonlyMap<string, Ready>,
): Promise<readonly EachOpened[]> {
  const token = `${deps.worker} ${randomUUID()}`;
  const opening: string[] = [];
  return orCloseUnheard(
    deps,
    token,
    () => opening,
    () =>
      deps.ledger.transaction(async (tx) => {
        const standing = await expectStanding(tx, input.ledgerId);
        const rules = rulesFor(served, standing);
        const all = await tx.factsOfAll([...ready.keys()]);
        const tickets = ticketsOf(
          [...ready.values()].map(({ composedFrom: request, identity }) => ({ request, identity })),
        );
        const waiting = new Set(tickets.length === 0 ? [] : await tx.enterLanes(tickets));
        if (deadline.passed(deps.clock)) return [];
        const opened: EachOpened[] = [];
        for (const facts of all) {
          const { reference } = facts.claim;
          const own = ready.get(reference);
          const grounds = firstGrounds(facts, served, input, rules);
          // Composed before the decisions were read.
          const isAsWanted = own && isSameChange(own.composedFrom, wantedRequest(facts));
          if (!grounds || !isAsWanted || waiting.has(reference)) continue;
          opening.push(reference);
          opened.push({ ...(await writeExchange(tx, facts, served, own, rules, grounds, token)), reference });
        }
        return opened;
      }),
  );
}

/** The grounds for the first call ever, where it is due. Whatever was asked for before has a history to be judged alone. */
export function firstGrounds(
  facts: Facts,
  served: ServedAccount,
  { carrier }: GroupInput,
  rules: Rules,
): Grounds<EffectContract> | undefined {
  const isFirst =
    facts.group === carrier && facts.attempts.length === 0 && hostDiffers(facts.claim, served) === undefined;
  const grounds = isFirst && decide(facts, rules).next.do === 'submit' ? decideGrounds(facts, rules) : undefined;
  return grounds?.kind === 'first' ? grounds : undefined;
}
