import { chromium, type Browser } from 'playwright-core';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { startTemporal } from '../../src/dev/temporal-server.js';
import { startPayouts, type TestStack } from '../support/stack.js';

export interface StackWithUi extends TestStack {
  readonly uiUrl: string;
  readonly browser: Browser;
}

/** A server of its own, so that its UI lists nothing but these payouts, and a browser. */
export async function startWithUi(
  executablePath: string,
  env: Readonly<Record<string, string>> = {},
): Promise<StackWithUi> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).toReversed()) await one();
  };
  try {
    const log = () => {};
    const temporal = await startTemporal({ binary: await findTemporal({ log }), ui: true, log });
    stops.push(() => temporal.stop());
    const browser = await chromium.launch({ executablePath });
    stops.push(() => browser.close());
    const stack = await startPayouts({
      env: {
        TEMPORAL_ADDRESS: temporal.address,
        PAYOUTS_TASK_QUEUE: 'payouts',
        PAYOUTS_OPERATOR_RETRY_MS: '3600000',
        ...env,
      },
    });
    stops.push(() => stack.stop());
    return { ...stack, uiUrl: temporal.uiUrl as string, browser, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
