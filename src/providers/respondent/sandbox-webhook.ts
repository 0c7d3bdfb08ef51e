import { createHmac, randomUUID } from 'node:crypto';
import type { SandboxDelivery } from '../../sandbox/provider.js';
import type { SandboxPaid, SandboxRecords } from './sandbox-records.js';

const SECRET = 'sandbox-respondent-webhook-secret';

export const WEBHOOK_ENV = { RESPONDENT_WEBHOOK_SECRET: SECRET };

/** A screener response becomes PAID by its first payment; by later ones nothing changes, so nothing is sent. */
export function createDeliveries({ all }: SandboxRecords): () => readonly SandboxDelivery[] {
  let told = 0;
  return () => {
    const paid = all().slice(told);
    told += paid.length;
    return paid.filter(({ ordinal }) => ordinal === 1).map(toDelivery);
  };
}

function toDelivery({ projectId, screenerResponseId, atMs }: SandboxPaid): SandboxDelivery {
  const updatedFields = [{ name: 'status', oldValue: 'ATTENDED', newValue: 'PAID' }];
  const resource = { id: screenerResponseId, projectId, parentId: projectId, type: 'SCREENER_RESPONSE', updatedFields };
  const created = new Date(atMs).toISOString();
  const body = JSON.stringify({
    event: 'SCREENER_RESPONSES.UPDATED',
    uuid: randomUUID(),
    created,
    payload: { resource },
  });
  const signature = createHmac('sha256', SECRET).update(body).digest('base64');
  return { headers: { 'respondent-webhook-signature': `sha256=${signature}` }, body };
}
