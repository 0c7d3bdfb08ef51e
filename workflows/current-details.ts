import type { Next } from '../src/payout/decide.js';
import type { Show } from '../src/payout/show.js';
import { isEnding, type Status, type WaitingFor } from '../src/payout/status.js';
import type { View } from '../src/payout/view.js';
import { asCode, asInstant, asText, table } from './markdown.js';
import { nameAmount } from './name-amount.js';
import { whatPeopleCanDo } from './what-people-can-do.js';

/**
 * The UI renders the text by an address that holds it, and a proxy before the UI may refuse an address of more than 8 KB: nothing in
 * it grows without an end.
 */
const MOST_CHANGES = 6;
const MOST_EXCHANGES = 4;
const LONGEST_OLD_EVIDENCE = 120;
const LONGEST_TEXT = 500;

/** A signal, and what came of it. */
export interface HeardSignal {
  readonly name: string;
  answer: string;
}

/**
 * The payout in Markdown, for a person who opens its page in the Temporal UI and knows nothing else of it. A query serves it: it costs
 * no event of the history.
 *
 * @param signals the last ones, which have no other way to answer
 */
export function currentDetails(show: Show & Partial<View>, signals: readonly HeardSignal[] = []): string {
  const { status, waitingFor, next, exchanges, history } = show;
  const paragraphs = [
    `**${status}**. ${MEANINGS[status]}.`,
    table([
      ['amount', asText(nameAmount(show.amountMinor, show.currency))],
      ['provider', show.account === 'default' ? show.provider : `${show.provider}, account ${asText(show.account)}`],
      ["provider's id", show.providerReference && asCode(show.providerReference)],
      ['evidence', asText(show.evidence, LONGEST_TEXT)],
      ['waits for', next ? (waitingFor === 'nothing' ? null : nameWait(status, waitingFor)) : A_WORKER],
      ['next step', next ? nameNext(next) : null],
      ['date', show.scheduledAt && asInstant(show.scheduledAt)],
      ['can be canceled until', show.cancelableUntil && asInstant(show.cancelableUntil)],
      ['requests to pay', nameExchanges(exchanges)],
      ...signals.map(({ name, answer }) => [`signal \`${name}\``, asText(answer, LONGEST_TEXT / 2)] as const),
    ]),
    '**What a person can do**',
    whatPeopleCanDo(show),
  ];
  if (history.length > 0) paragraphs.push(`**How it came to this**`, nameHistory(history));
  return [...paragraphs, LAST_LINE].join('\n\n');
}

/** The UI cuts the last line off: an empty one is no loss. */
const LAST_LINE = '\u00a0';

/** A start that was refused: nothing stands under its reference by its doing. */
export const refusedDetails = (why: string): string =>
  `**refused**. ${asText(why, LONGEST_TEXT)}.\n\nThis start claimed nothing and paid nothing. Another payout may have the reference: its own start is beside this one in the list.`;

const MEANINGS: Readonly<Record<Status, string>> = {
  created: 'Nothing was paid, as far as is known',
  ready: 'Set up, not paid yet; it can still be canceled',
  pending: 'The provider has accepted it; its records do not show the end yet',
  sent: "It was paid: the provider's records show it, or a person said so",
  error: 'Refused for good; nothing was paid',
  returned: 'It was paid, and the money came back',
  canceled: 'Nothing is paid',
  in_doubt: 'Nobody can know yet whether it was paid. It is not paid again while that is so',
};

/** It was started, and no step has answered yet. */
const A_WORKER = 'a worker with the credentials of this account; `payouts doctor` says whether there is one';

function nameWait(status: Status, waitingFor: Exclude<WaitingFor, 'nothing'>): string {
  switch (waitingFor) {
    case 'date':
      return 'its date';
    case 'approval':
      return 'an approval';
    case 'lane':
      return 'its turn: another payout has to end first, which the evidence names';
    case 'operator':
      return '**somebody who mends** what the evidence names: a key, a permission, a balance, an address';
    case 'provider':
      return isEnding(status) ? 'a return of the money, should there be one' : "the provider's answer or records";
    case 'person':
      return '**a person** who looks at the provider and states whether it was paid';
    default:
      return waitingFor satisfies never;
  }
}

/** What happens next without anybody's doing. Also the name of the timer. */
export function nameNext(next: Next): string {
  switch (next.do) {
    case 'end':
      return next.lookAgainAtMs === undefined
        ? 'none: it has ended'
        : `none here; a return would be seen, and is asked about at ${asInstant(next.lookAgainAtMs)} at the latest`;
    case 'wait':
      return `${asInstant(next.untilMs)}: ${STEPS[next.afterwards]}`;
    case 'submit':
    case 'look_up':
    case 'amend':
      return STEPS[next.do];
    default:
      return next satisfies never;
  }
}

const STEPS = {
  submit: 'asks the provider to pay, if nothing stands against it',
  look_up: "reads the provider's records",
  amend: 'carries the decision to the provider',
} as const;

function nameExchanges(exchanges: Show['exchanges']): string {
  if (exchanges.length === 0) return 'none';
  const last = exchanges.slice(-MOST_EXCHANGES).map(({ at, outcome }) => `${asInstant(at)}: ${outcome}`);
  return exchanges.length > MOST_EXCHANGES
    ? `${exchanges.length}, the last of them ${last.join('; ')}`
    : last.join('; ');
}

function nameHistory(history: Show['history']): string {
  const newest = history.slice(-MOST_CHANGES);
  const rows = newest.map(
    ({ at, status, evidence }) => [asInstant(at), `**${status}**: ${asText(evidence, LONGEST_OLD_EVIDENCE)}`] as const,
  );
  return table(rows);
}
