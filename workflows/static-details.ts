import { asInstant } from './markdown.js';
import { nameAmount } from './name-amount.js';

/** What is known of a payout at its start. */
export interface About {
  readonly reference: string;
  readonly provider: string;
  readonly account: string;
  readonly amountMinor: number | null;
  readonly currency: string;
  readonly scheduledAt?: string | undefined;
}

/**
 * What the Temporal UI shows of a payout from its start on. Nobody's name or id, and nothing of the request's free texts: people see
 * it who may not see whom it concerns.
 */
export function staticDetailsOf({ reference, provider, account, amountMinor, currency, scheduledAt }: About) {
  const amount = nameAmount(amountMinor, currency);
  const through = account === 'default' ? provider : `${provider}, account ${account}`;
  const when = scheduledAt === undefined ? 'now' : `at ${asInstant(scheduledAt)}`;
  return {
    staticSummary: `${amount} through ${through}`,
    staticDetails: `Asked for: **${amount}** through ${through}, ${when}.\n\n${explain(reference)}`,
    memo: { provider, account, amount, ...(scheduledAt === undefined ? {} : { scheduledAt }) },
  };
}

/** Of one that is carried on by its reference alone: the ledger knows the rest, and the current details tell it. */
export const carriedOnDetails = (reference: string) => ({
  staticSummary: 'carried on from the ledger',
  staticDetails: `Carried on from the ledger: an earlier workflow of this payout has ended, or was lost.\n\n${explain(reference)}`,
});

const explain = (reference: string): string =>
  [
    `The reference \`${reference}\` stands for one payment, for ever. No retry, no reset and no second start of it pays again.`,
    [
      '- Where it stands, on what evidence, what it waits for and what a person can do: **Current Details**, on this tab.',
      '- To stop a payment: _Request Cancellation_, or the signal `cancel`. Current Details then say whether that was in time.',
      '- _Terminate_ does **not** stop a payment: the ledger knows it, and its next step is taken all the same, a little late.',
      '- _Completed_ says that the workflow has ended, not that it was paid: read the status.',
    ].join('\n'),
    // The UI cuts the last line off.
    '\u00a0',
  ].join('\n\n');
