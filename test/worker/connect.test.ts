import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { ServerUnreachable } from '../../src/payout/errors.js';
import { connectNative } from '../../src/worker/connect.js';
import { createWorker } from '../../src/worker/create-worker.js';
import { makeDatabase } from '../support/database.js';

const tryFor = async (address: string, withinMs?: number) => {
  const startedAt = performance.now();
  const error: unknown = await connectNative({ connectionOptions: { address } }, withinMs).catch((e: unknown) => e);
  return { error, afterMs: performance.now() - startedAt };
};

it('a worker does not wait for a server that takes the connection and never answers', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const { error, afterMs } = await tryFor(address, 500);
  silent.close();
  expect(error).toBeInstanceOf(ServerUnreachable);
  expect((error as Error).message).toBe(
    `the Temporal server at ${address} cannot be reached (no answer within 0.5 s): check TEMPORAL_ADDRESS`,
  );
  expect(afterMs).toBeLessThan(3_000);
});

it('createWorker tells within seconds that nobody is where it looks for the server, and names the mend', async () => {
  const databaseUrl = await makeDatabase();
  const ledger = openLedger({ url: databaseUrl });
  await ledger.migrate();
  const env = { PAYOUTS_DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_CONFIG_FILE: '' };
  const startedAt = performance.now();
  const creating = createWorker({ env, ledger, workflows: { workflowBundle: { code: '' } } });
  await expect(creating).rejects.toMatchObject({
    code: 'ServerUnreachable',
    message: expect.stringMatching(
      /^the Temporal server at 127\.0\.0\.1:1 cannot be reached \(.+\): check TEMPORAL_ADDRESS$/,
    ) as string,
  });
  expect(performance.now() - startedAt).toBeLessThan(12_000);
  await ledger.close();
});
