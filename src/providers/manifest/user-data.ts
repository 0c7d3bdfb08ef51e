import type { JsonObject } from '../../payout/json.js';
import { TAG, type ManifestRequest } from '../../payout/request.js';

/** Manifest takes less than this. */
export const USER_DATA_LIMIT_BYTES = 1024;

/** What Manifest keeps with a payout: the caller's metadata, and the reference, by which we find it again. */
export const composeUserData = ({
  metadata,
  reference,
}: Pick<ManifestRequest, 'metadata' | 'reference'>): JsonObject => ({ ...metadata, [TAG]: reference });

/** The caller's part of it. */
export const withoutTag = ({ [TAG]: _tag, ...metadata }: Readonly<Record<string, unknown>>): JsonObject =>
  metadata as JsonObject;
