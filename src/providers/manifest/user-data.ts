import type { JsonObject } from '../../payout/json.js';
import { TAG } from '../../payout/request.js';

export const USER_DATA_LIMIT_BYTES = 1024;

/** What Manifest keeps with a payout: the caller's metadata, and the reference, by which we find it again. */
export const composeUserData = ({
  metadata,
  reference,
}: {
  readonly metadata?: JsonObject | undefined;
  readonly reference: string;
}): JsonObject => ({ ...metadata, [TAG]: reference });
