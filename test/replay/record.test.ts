import { describe, it } from 'vitest';
import { startPayouts } from '../support/stack.js';
import { saveHistory } from './history-file.js';
import { SCENARIOS } from './scenarios.js';

/**
 * `npm run histories`: walks every way anew and saves its history. `npm run histories -- -t NAME` saves one. Not part of the tests:
 * a history is saved once, by the code that payouts ran with, and every later code has to go its way.
 */
describe.runIf(process.env['PAYOUTS_RECORD_HISTORIES'] === '1')('the histories', () => {
  it.each(SCENARIOS)('$name', async ({ name, options, walk }) => {
    const stack = await startPayouts(options ?? {});
    try {
      const walked = await walk(stack);
      const isWhole = walked.includes('/watch/') || walked.endsWith('/sweep') || walked.startsWith('batch/');
      const workflowId = isWhole ? walked : `payout/${walked}`;
      await saveHistory(stack.client, workflowId, name);
    } finally {
      await stack.stop();
    }
  });
});
