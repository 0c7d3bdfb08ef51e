import { defineSearchAttributeKey, SearchAttributeType, type TypedSearchAttributes } from '@temporalio/common';
import type { View } from '../src/payout/view.js';

export const PAYOUT_STATUS = defineSearchAttributeKey('PayoutStatus', SearchAttributeType.KEYWORD);
export const PAYOUT_WAITING_FOR = defineSearchAttributeKey('PayoutWaitingFor', SearchAttributeType.KEYWORD);
export const PAYOUT_PROVIDER = defineSearchAttributeKey('PayoutProvider', SearchAttributeType.KEYWORD);
export const PAYOUT_BATCH = defineSearchAttributeKey('PayoutBatch', SearchAttributeType.KEYWORD_LIST);

/** Only what differs: the provider's name is there from the start when our client started it. */
export function searchAttributesOf({ status, waitingFor, provider }: View, present: TypedSearchAttributes) {
  return [
    { key: PAYOUT_STATUS, value: status },
    { key: PAYOUT_WAITING_FOR, value: waitingFor },
    ...(present.get(PAYOUT_PROVIDER) === provider ? [] : [{ key: PAYOUT_PROVIDER, value: provider }]),
  ];
}
