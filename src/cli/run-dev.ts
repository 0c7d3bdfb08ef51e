import { mkdir, writeFile } from 'node:fs/promises';
import { startControl } from '../sandbox/control.js';
import { startEnvironment } from '../dev/environment.js';
import { note, print, type OutputOptions } from './output.js';
import { quietSdk } from './quiet-sdk.js';
import { untilAskedToStop } from './until-asked-to-stop.js';
import { createWorkerLog } from './worker-log.js';

/** Real patience would only make people wait: nothing here is further away than this machine. */
const TIMES = {
  PAYOUTS_POLL_MS: '1000',
  PAYOUTS_WATCH_MS: '1000',
  PAYOUTS_SETTLE_MS: '15000',
  PAYOUTS_HTTP_TIMEOUT_MS: '10000',
  PAYOUTS_SEND_BY_MS: '5000',
};

const ENV_FILE = '.payouts/dev.env';

/** Keeps everything running until Ctrl-C. */
export async function runDev({ data, ...options }: OutputOptions & { readonly data?: string }): Promise<void> {
  quietSdk(createWorkerLog(options));
  const asked = untilAskedToStop();
  const starting = startEnvironment({
    log: (line) => note(`payouts: ${line}`),
    ui: true,
    times: TIMES,
    ...(data === undefined ? {} : { persistDir: data }),
  });
  const environment = await Promise.race([starting, asked]);
  if (!environment) return starting.then((late) => late.stop());
  try {
    const control = await startControl(environment.sandbox);
    const { env, stack } = environment;
    await mkdir('.payouts', { recursive: true });
    await writeFile(
      ENV_FILE,
      Object.entries(env)
        .map(([name, value]) => `export ${name}='${value}'\n`)
        .join(''),
    );
    const result = { ui: stack.temporal.uiUrl, sandbox: control.url, envFile: ENV_FILE, env };
    print(options, result, () =>
      [
        '',
        `Temporal UI:  ${stack.temporal.uiUrl ?? '-'}/namespaces/${stack.temporal.namespace}/workflows`,
        `Sandbox:      ${control.url} (its journal, and faults to add)`,
        `Ledger:       ${stack.databaseUrl}`,
        '',
        'In another shell:',
        `  source ${ENV_FILE}`,
        '  npx payouts start examples/payouts.csv --wait',
        '  npx payouts list',
      ].join('\n'),
    );
    note('payouts: running until Ctrl-C');
    await Promise.race([asked, environment.running]);
    note('payouts: stopping');
    await control.stop();
  } finally {
    await environment.stop();
  }
}
