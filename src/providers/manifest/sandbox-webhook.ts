import type { SandboxDelivery } from '../../sandbox/provider.js';
import type { SandboxPayout } from './sandbox-payouts.js';
import type { SandboxRecords } from './sandbox-records.js';

const USER = 'sandbox-webhook';
const PASSWORD = 'sandbox-manifest-webhook-password';

export const WEBHOOK_ENV = { MANIFEST_WEBHOOK_USER: USER, MANIFEST_WEBHOOK_PASSWORD: PASSWORD };

/** `payout.update` for each status that a payout has come to since this was last asked: no status in it, and seconds only. */
export function createDeliveries(
  { all, standing }: SandboxRecords,
  now: () => number,
  userDataOf: (payout: SandboxPayout) => unknown,
): () => readonly SandboxDelivery[] {
  const told = new Map<string, string>();
  return () =>
    all().flatMap((payout) => {
      const { status } = standing(payout);
      const before = told.get(payout.id) ?? 'created';
      told.set(payout.id, status);
      return status === before ? [] : [toDelivery(payout.id, now(), userDataOf(payout))];
    });
}

const toDelivery = (id: string, nowMs: number, userData: unknown): SandboxDelivery => ({
  headers: { authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` },
  body: JSON.stringify({ event: 'payout.update', id, timestamp: Math.floor(nowMs / 1000), user_data: userData }),
});
