import { expect, it } from 'vitest';
import { startPayouts } from '../support/stack.js';
import { manifestRequest } from '../support/requests.js';
it('x', async () => {
  for (let i = 0; i < 4; i++) {
    const t0 = Date.now();
    const cpu0 = process.cpuUsage();
    const s = await startPayouts();
    const t1 = Date.now();
    await s.pay(manifestRequest());
    const t2 = Date.now();
    await s.pay(manifestRequest());
    const t3 = Date.now();
    await s.stop();
    const c = process.cpuUsage(cpu0);
    console.log('start', t1 - t0, 'first', t2 - t1, 'second', t3 - t2, 'stop', Date.now() - t3, 'cpu', (c.user + c.system) / 1000);
  }
});
