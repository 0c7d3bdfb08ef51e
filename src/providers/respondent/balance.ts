import type { Balance } from '../balance.js';
import type { RespondentApi } from './api.js';
import { toRead } from './mapping.js';
import { balancesSchema } from './schemas.js';

/** What is left to pay incentives with. Credits are for recruiting, and pay nobody. */
export async function readBalance(api: RespondentApi): Promise<Balance> {
  const what = 'balances';
  const read = toRead(await api.readBalances(), what);
  if (read.kind !== 'read') return { kind: 'unread', because: read.message };
  const parsed = balancesSchema.safeParse(read.json);
  if (!parsed.success) return { kind: 'unread', because: `${what}: Respondent's answer names no incentiveBalance` };
  const { incentiveBalance } = parsed.data;
  return { kind: 'read', purses: [{ name: 'incentives', availableMinor: incentiveBalance, currency: 'USD' }] };
}
