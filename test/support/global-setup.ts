import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { startPostgres, type Postgres } from '../../src/dev/postgres.js';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { startTemporal, type TemporalServer } from '../../src/dev/temporal-server.js';
import { quiet } from './quiet.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The one Temporal server of this run. Each stack has a task queue of its own on it. */
    readonly temporalAddress: string;
    /** The one Postgres of this run, its database `postgres`. Each stack has a database of its own in it. */
    readonly postgresUrl: string;
    /** The workflows, bundled once for all workers of this run. */
    readonly workflowBundle: string;
  }
}

/** One Temporal server, one Postgres and one bundle for the whole run. Both servers are up, or none is left. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'payouts-test-bundle-'));
  const bundle = join(folder, 'workflow-bundle.js');
  const started: { stop(): Promise<void> }[] = [];
  const keep = async <T extends { stop(): Promise<void> }>(server: Promise<T>): Promise<T> => {
    started.push(await server);
    return server;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };

  const all = [keep(startTestTemporal()), keep(startTestPostgres()), bundleInto(bundle)] as const;
  await Promise.allSettled(all);
  try {
    const [temporal, postgres] = await Promise.all(all);
    project.provide('temporalAddress', temporal.address);
    project.provide('postgresUrl', postgres.url);
    project.provide('workflowBundle', bundle);
  } catch (error) {
    await stop();
    throw error;
  }
  project.onTestsRerun(() => bundleInto(bundle));
  return stop;
}

/** In memory. On a fresh machine the server is built first, which takes minutes: the log says so. */
async function startTestTemporal(): Promise<TemporalServer> {
  return startTemporal({ binary: await findTemporal({ log: tell }), log: tell, dynamicConfig: DELETES_AT_ONCE });
}

/** Otherwise a workflow that has just ended stays for half a minute after it was deleted. */
const DELETES_AT_ONCE = {
  'history.transferProcessorEnsureCloseBeforeDelete': 'false',
  'history.visibilityProcessorEnsureCloseBeforeDelete': 'false',
};

/** What it writes has to outlive no power cut; each stack holds a pool or two of connections. */
const startTestPostgres = (): Promise<Postgres> =>
  startPostgres({
    log: tell,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
  });

async function bundleInto(path: string): Promise<void> {
  const workflowsPath = fileURLToPath(new URL('../../workflows', import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  await writeFile(path, code);
}

function tell(line: string): void {
  console.error(`test servers: ${line}`);
}
