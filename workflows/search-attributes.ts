import { defineSearchAttributeKey, SearchAttributeType, type TypedSearchAttributes } from '@temporalio/common';
import type { View } from '../src/payout/view.js';

export const PAYOUT_STATUS = defineSearchAttributeKey('PayoutStatus', SearchAttributeType.KEYWORD);
export const PAYOUT_WAITING_FOR = defineSearchAttributeKey('PayoutWaitingFor', SearchAttributeType.KEYWORD);
export const PAYOUT_PROVIDER = defineSearchAttributeKey('PayoutProvider', SearchAttributeType.KEYWORD);
/** When it is to be paid; absent where that is at once. */
export const PAYOUT_SCHEDULED_AT = defineSearchAttributeKey('PayoutScheduledAt', SearchAttributeType.DATETIME);
export const PAYOUT_BATCH = defineSearchAttributeKey('PayoutBatch', SearchAttributeType.KEYWORD_LIST);

/** Only what differs: provider and date are there from the start when our client started it. */
export function searchAttributesOf(view: View, present: TypedSearchAttributes) {
  const { status, waitingFor, provider, scheduledAt } = view;
  return [
    { key: PAYOUT_STATUS, value: status },
    { key: PAYOUT_WAITING_FOR, value: waitingFor },
    ...(present.get(PAYOUT_PROVIDER) === provider ? [] : [{ key: PAYOUT_PROVIDER, value: provider }]),
    ...(scheduledAt !== null && isMoved(view, present)
      ? [{ key: PAYOUT_SCHEDULED_AT, value: new Date(scheduledAt) }]
      : []),
  ];
}

/** Whether the list shows another date than the payout has. */
export const isMoved = ({ scheduledAt }: View, present: TypedSearchAttributes): boolean =>
  scheduledAt !== null && present.get(PAYOUT_SCHEDULED_AT)?.getTime() !== Date.parse(scheduledAt);
