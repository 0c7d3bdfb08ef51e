import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { findFreePort, waitForFreePort } from '../../src/dev/free-port.js';

it('gives ports that no outgoing connection can take while a killed server is away', async () => {
  for (let n = 0; n < 20; n++) expect(await findFreePort()).toBeLessThan(32_768);
});

it('does not start a server where another one listens', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  await expect(waitForFreePort(port, 200)).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  setTimeout(() => other.close(), 200);
  await waitForFreePort(port, 2_000);
});
