import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { watchGrowth } from './folder-growth.js';
import { tellProgress } from './progress.js';
import { runTool } from './run-tool.js';
import type { ObtainTask, Obtained } from './temporal-obtain.js';

/** The same version as the build's, so that every machine runs the same server. */
const VERSION = 'v1.5.1';
const STALLED_AFTER_MS = 8_000;

/**
 * Lets Temporal's SDK download its server into `folder`, and gives up as soon as nothing arrives. The SDK's download has no
 * time limit and cannot be stopped, hence a process of its own.
 */
export async function downloadTemporal(task: ObtainTask, stalledAfterMs = STALLED_AFTER_MS): Promise<Obtained> {
  const { folder, env, log, signal } = task;
  const sdk = findSdk();
  if (sdk === undefined) return notObtained('@temporalio/testing, which downloads it, is not installed');
  const cut = new AbortController();
  const growth = watchGrowth(folder, stalledAfterMs, () => cut.abort());
  const done = tellProgress(
    log,
    (seconds) => `downloading the Temporal server: ${Math.round(growth.bytes() / 1e6)} MB, ${seconds} s`,
  );
  try {
    const { lastLines } = await runTool(process.execPath, ['-e', DOWNLOAD_AND_END, sdk, folder, VERSION], {
      cwd: folder,
      env,
      signal: AbortSignal.any([signal, cut.signal]),
    });
    // However the process ended, a file under its final name is whole: the SDK renames it when it is.
    const path = await findWhole(folder);
    if (path !== undefined) return { kind: 'obtained', path };
    return notObtained(
      cut.signal.aborted
        ? `nothing of the download arrived for ${stalledAfterMs / 1000} s`
        : `the download did not work: ${innermost(lastLines.at(-1) ?? 'no reason given')}`,
    );
  } finally {
    growth.stop();
    done();
  }
}

/** For `node -e`: the same text serves compiled and uncompiled code. */
const DOWNLOAD_AND_END = `
const [sdk, downloadDir, version] = process.argv.slice(1);
require(sdk)
  .TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir, version } } })
  .then((server) => server.teardown())
  .then(
    () => process.exit(0),
    (error) => { console.error(error.message); process.exit(1); },
  );
`;

function findSdk(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@temporalio/testing');
  } catch {
    return undefined;
  }
}

async function findWhole(folder: string): Promise<string | undefined> {
  const name = (await readdir(folder)).find((entry) => entry.startsWith('temporal') && !entry.endsWith('.downloading'));
  return name === undefined ? undefined : join(folder, name);
}

/** The SDK names the address three times before it says what is wrong. */
const innermost = (message: string): string => message.split('): ').at(-1)!;

const notObtained = (reason: string): Obtained => ({ kind: 'not_obtained', reason });
