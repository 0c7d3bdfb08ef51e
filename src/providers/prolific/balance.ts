import type { Balance } from '../balance.js';
import type { ProlificApi } from './api.js';
import type { ProlificConfig } from './config.js';

/** What the workspace can still spend: bonuses, their fees and the VAT on these come out of it. */
export async function readBalance(api: ProlificApi, { workspaceId }: ProlificConfig): Promise<Balance> {
  if (workspaceId === undefined)
    return { kind: 'unread', because: 'Prolific tells it by workspace: set PROLIFIC_WORKSPACE_ID' };
  const answer = await api.readBalance(workspaceId);
  if (answer.kind !== 'answered') return { kind: 'unread', because: answer.message };
  const { available_balance: availableMinor, currency_code: currency } = answer.value;
  return { kind: 'read', purses: [{ name: 'available', availableMinor, currency }] };
}
