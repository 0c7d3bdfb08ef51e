import { mkdir } from 'node:fs/promises';
import { findFreePort, waitForFreePort } from './free-port.js';
import { openFolder } from './open-folder.js';
import { makeOwnedFolder, sweepOwnedFolders } from './owned-folder.js';
import type { Log } from './progress.js';
import { startServerProcess } from './server-process.js';
import { temporalAnswers } from './temporal-answers.js';
import { toTemporalArguments } from './temporal-arguments.js';

export interface TemporalServerOptions {
  readonly binary: string;
  /** In memory, and gone with the server, when there is none. */
  readonly dataDir?: string | undefined;
  readonly namespace?: string | undefined;
  readonly ui?: boolean | undefined;
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
  /** Values are JSON, as the server's own flag takes them. */
  readonly dynamicConfig?: Readonly<Record<string, string>> | undefined;
  readonly log?: Log | undefined;
}

export interface TemporalServer {
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly namespace: string;
  readonly pid: number;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const PREFIX = 'temporal-';
const ANSWERS_WITHIN_MS = 30_000;

/** Temporal's development server, ready for payouts when this returns. On the same port and folder it goes on after a crash. */
export async function startTemporal(options: TemporalServerOptions): Promise<TemporalServer> {
  const { binary, dataDir, namespace = 'default', log = () => {} } = options;
  const port = options.port ?? (await findFreePort());
  const uiPort =
    options.ui === true || options.uiPort !== undefined ? (options.uiPort ?? (await findFreePort())) : undefined;
  const temporary = await openFolder(undefined);
  await sweepOwnedFolders(temporary, PREFIX);
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  await waitForFreePort(port);
  if (uiPort !== undefined) await waitForFreePort(uiPort);

  const owned = await makeOwnedFolder(temporary, PREFIX);
  try {
    const server = await startServerProcess({
      name: 'the Temporal server',
      command: binary,
      args: toTemporalArguments({ port, uiPort, namespace, dataDir, dynamicConfig: options.dynamicConfig ?? {} }),
      env: withoutTemporalSettings(process.env),
      folder: owned,
      log,
    });
    const stop = async () => {
      // Nothing is lost by killing a server that keeps nothing, and it is a second faster.
      await server.stop(dataDir === undefined ? 'SIGKILL' : 'SIGTERM');
      await owned.remove();
    };
    await server
      .untilReady(() => temporalAnswers({ port, uiPort, namespace }), ANSWERS_WITHIN_MS)
      .catch(async (error: unknown) => {
        await stop();
        throw error;
      });
    return {
      address: `127.0.0.1:${port}`,
      uiUrl: uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`,
      namespace,
      pid: server.pid,
      stop,
      kill: server.kill,
    };
  } catch (error) {
    await owned.remove();
    throw error;
  }
}

/** The shell's TEMPORAL_… settings are about the real cluster, not about this server. */
function withoutTemporalSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
