import { afterEach, describe, expect, it } from 'vitest';
import { prolificSandbox } from '../../../src/providers/prolific/sandbox.js';
import { startSandbox } from '../../../src/sandbox/sandbox.js';
import { connectTo, json, startOutsider, type Asked } from './support.js';

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

const balanceAt = async (answer: (asked: Asked) => { status: number; body: string }, workspace = 'ws1') => {
  const server = await startOutsider(answer);
  stop = server.stop;
  const balance = await connectTo({ ...server.env, PROLIFIC_WORKSPACE_ID: workspace }).balance?.();
  return { balance, asked: server.asked.map(({ method, path }) => `${method} ${path}`) };
};

describe('the balance at Prolific', () => {
  it('is what the workspace can still spend', async () => {
    const sandbox = await startSandbox({ providers: [prolificSandbox({ balanceMinor: 123_456 })] });
    stop = () => sandbox.stop();
    const account = connectTo({ ...sandbox.env, PROLIFIC_WORKSPACE_ID: 'ws1' });
    expect(await account.balance?.()).toEqual({
      kind: 'read',
      purses: [{ name: 'available', availableMinor: 123_456, currency: 'GBP' }],
    });
  });

  it('is read from the documented answer, in minor units', async () => {
    const parts = { rewards: 800, fees: 200, vat: 0 };
    const { balance, asked } = await balanceAt(() =>
      json(200, {
        currency_code: 'USD',
        total_balance: 2_000,
        balance_breakdown: { rewards: 1_600, fees: 400, vat: 0 },
        available_balance: 1_000,
        available_balance_breakdown: parts,
      }),
    );
    expect(balance).toEqual({ kind: 'read', purses: [{ name: 'available', availableMinor: 1_000, currency: 'USD' }] });
    expect(asked).toEqual(['GET /workspaces/ws1/balance/']);
  });

  it.each([
    ['the token may not see it', json(403, { detail: 'No.' }), 'balance: Prolific answered 403: No.'],
    ['the workspace is unknown', json(404, { detail: 'Not found.' }), 'balance: Prolific answered 404: Not found.'],
    [
      'it is told otherwise',
      json(200, { available_balance: '12' }),
      'cannot be read (currency_code, available_balance)',
    ],
  ])('is not read where %s, and says why', async (_why, answer, because) => {
    expect((await balanceAt(() => answer)).balance).toEqual({
      kind: 'unread',
      because: expect.stringContaining(because) as string,
    });
  });

  it('is not asked for without the name of a workspace', async () => {
    const server = await startOutsider(() => json(500, {}));
    stop = server.stop;
    expect(await connectTo(server.env).balance?.()).toEqual({
      kind: 'unread',
      because: expect.stringContaining('set PROLIFIC_WORKSPACE_ID') as string,
    });
    expect(server.asked).toEqual([]);
  });
});
