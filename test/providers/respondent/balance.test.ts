import { describe, expect, it } from 'vitest';
import { connectToSandbox } from './sandboxed.js';

describe('the balance at Respondent', () => {
  it('is what is left for incentives, in cents; credits pay nobody', async () => {
    const { account, asked } = await connectToSandbox();
    expect(await account.balance?.()).toEqual({
      kind: 'read',
      purses: [{ name: 'incentives', availableMinor: 1_000_000, currency: 'USD' }],
    });
    expect(asked()).toEqual(['balances']);
  });

  it.each([401, 404, 503])('is not read where the answer is %i, and says why', async (status) => {
    const { account, addFault } = await connectToSandbox();
    addFault('balances', { kind: 'status', status });
    expect(await account.balance?.()).toEqual({
      kind: 'unread',
      because: expect.stringContaining(`Respondent answered ${status}`) as string,
    });
  });

  it('is not read where the answer is none', async () => {
    const { account, addFault } = await connectToSandbox();
    addFault('balances', { kind: 'garbage_body' });
    expect(await account.balance?.()).toMatchObject({ kind: 'unread' });
  });
});
