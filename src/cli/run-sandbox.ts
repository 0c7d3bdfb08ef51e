import { startControl } from '../sandbox/control.js';
import { deliverWebhooks } from '../sandbox/deliver-webhooks.js';
import type { FaultInput } from '../sandbox/fault-spec.js';
import { startSandbox } from '../sandbox/sandbox.js';
import { CliError, usageError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import { note, print, type OutputOptions } from './output.js';
import { sandboxFactories } from '../sandbox/registry.js';
import { untilAskedToStop } from './until-asked-to-stop.js';

export interface RunSandboxOptions extends OutputOptions {
  readonly port?: number;
  readonly seed?: number;
  /** Where `payouts webhooks` listens. */
  readonly webhooks?: string;
  readonly fault: readonly string[];
}

/** Serves the simulated providers until Ctrl-C. */
export async function runSandbox({ port, seed, fault, webhooks, ...options }: RunSandboxOptions): Promise<void> {
  const faults = fault.map(parseFault);
  const to = webhooks === undefined ? undefined : parseReceiver(webhooks);
  const asked = untilAskedToStop();
  const providers = sandboxFactories();
  const sandbox = await startSandbox({
    providers,
    ...(port === undefined ? {} : { port }),
    ...(seed === undefined ? {} : { seed }),
  }).catch(explainPort);
  try {
    for (const one of faults) sandbox.faults.add(one);
    const control = await startControl(sandbox, port === undefined ? 0 : port + providers.length).catch(explainPort);
    const bases = Object.fromEntries(sandbox.providers.map((name) => [name, sandbox.baseUrl(name)]));
    print(options, { env: sandbox.env, control: control.url, providers: bases, seed: sandbox.seed }, () =>
      [
        '# simulated providers: no money moves. In the shell of the worker:',
        ...Object.entries(sandbox.env).map(([name, value]) => `export ${name}=${value}`),
        `# journal, requests and faults: curl ${control.url}/`,
      ].join('\n'),
    );
    note('payouts: the sandbox runs until Ctrl-C');
    const delivering = to === undefined ? undefined : deliverWebhooks(sandbox, { to });
    await asked;
    await delivering?.stop();
    await control.stop();
  } finally {
    await sandbox.stop();
  }
}

function parseFault(json: string): FaultInput {
  try {
    return JSON.parse(json) as FaultInput;
  } catch {
    throw usageError(`--fault is no JSON: write it like '{"provider":"manifest","kind":"reply_lost"}'`);
  }
}

function parseReceiver(url: string): string {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    throw usageError('--webhooks is no URL: write it like http://127.0.0.1:8090');
  return url.replace(/\/+$/, '');
}

function explainPort(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
  throw new CliError(
    'PortInUse',
    'a port is in use or not permitted: give another --port, or none for any',
    EXIT.usage,
  );
}
