import { findOnPath } from '../../src/dev/find-on-path.js';

const NAMES = [
  'chromium',
  'chromium-browser',
  'chromium-headless-shell',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
];

/** A Chromium of this machine: `PAYOUTS_BROWSER`, else one on PATH. None is ever downloaded. */
export async function findBrowser(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const named = env['PAYOUTS_BROWSER'];
  if (named) return named;
  for (const name of NAMES) {
    const path = await findOnPath(name, env);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** What is said where there is none. Throws where there has to be one. */
export function tellThereIsNone(env: NodeJS.ProcessEnv = process.env): void {
  const mend = `put one of ${NAMES.join(', ')} on PATH (Debian: apt-get install chromium), or name it by PAYOUTS_BROWSER`;
  if (env['CI_REQUIRE_BROWSER'] === '1') throw new Error(`CI_REQUIRE_BROWSER=1, and there is no browser: ${mend}`);
  console.warn(
    `skipped: the Temporal UI is not opened, because this machine has no browser; to have it tested, ${mend}`,
  );
}
