import type { Balance } from '../balance.js';

/** Manifest pays from an "operating account", and its documents name no way to read what is in it. */
export const readBalance = async (): Promise<Balance> => ({
  kind: 'unread',
  because: 'Manifest documents no way to read it',
});
