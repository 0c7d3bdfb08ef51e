import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const KEY = randomBytes(32);

/**
 * Whether two secrets are the same, in a time that tells nothing about either: both are hashed under a key that nobody knows,
 * so that what is compared always has one length, and the place of the first difference says nothing.
 */
export const isSameSecret = (given: string | Buffer, wanted: string | Buffer): boolean =>
  timingSafeEqual(digest(given), digest(wanted));

const digest = (secret: string | Buffer): Buffer => createHmac('sha256', KEY).update(secret).digest();
