import type { EffectContract } from './contract.js';
import type { Status, WaitingFor } from './status.js';

interface Waiting {
  readonly status: Status;
  readonly waitingFor: WaitingFor;
}

/** What would settle a payout that waits, in one sentence for the person who reads the list; null where nothing has to. */
export function settledBy({ status, waitingFor }: Waiting, contract?: EffectContract): string | null {
  switch (waitingFor) {
    case 'nothing':
      return null;
    case 'date':
      return 'its date, or `payouts cancel` or `payouts reschedule` before it';
    case 'approval':
      return 'an approval';
    case 'lane':
      return 'the end of the payout before it, which the evidence names';
    case 'operator':
      return 'whoever mends what the evidence names, and then `payouts resume`';
    case 'provider':
      return status === 'in_doubt'
        ? BY_ITSELF[contract ?? 'unguarded']
        : "the provider's records, which are read again";
    case 'person':
      return `${RECORDS[contract ?? 'unguarded']}, or a person's word: \`payouts resolve\``;
    default:
      return waitingFor satisfies never;
  }
}

/** What the provider's records can still show, by what its paying call promises. */
const RECORDS: Readonly<Record<EffectContract, string>> = {
  idempotent: "the provider's lists, once they show the payment, or prove beside another payout that it is not there",
  guarded: "the provider's count, once it reaches the number asked for",
  unguarded: "the provider's records, once they show the payment; that it is not there they cannot prove",
};

/** Nobody has to be asked yet. */
const BY_ITSELF: Readonly<Record<EffectContract, string>> = {
  idempotent: "the answer to the same idempotency key, or the provider's lists",
  guarded: "the provider's count; a person's word counts once that had time to settle",
  unguarded: "the provider's records; a person's word counts once those had time to settle",
};
