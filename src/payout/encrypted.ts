/**
 * The encoding of an encrypted payload, as the samples of every Temporal SDK write it, so that a caller in another language can. In a
 * workflow it stands on what the worker had no key for.
 */
export const ENCRYPTED_ENCODING = 'binary/encrypted';
