import { startEnvironment, type Environment } from '../dev/environment.js';
import { compareWithLedger } from '../sandbox/agreement.js';
import { followChanges } from './demo/follow-changes.js';
import { exampleFile } from './demo/example-file.js';
import { payAll } from './demo/pay-all.js';
import { formatReport } from './demo/format-report.js';
import { EXIT } from './exit-codes.js';
import { note, print, type OutputOptions } from './output.js';
import { quietSdk } from './quiet-sdk.js';
import { readRequests } from './read-requests.js';
import { untilAskedToStop } from './until-asked-to-stop.js';
import { createWorkerLog } from './worker-log.js';

/** Shorter than in production, so that a lost reply is settled within seconds. */
const TIMES = {
  PAYOUTS_POLL_MS: '300',
  PAYOUTS_WATCH_MS: '1000',
  PAYOUTS_SETTLE_MS: '4000',
  PAYOUTS_HTTP_TIMEOUT_MS: '4000',
  PAYOUTS_SEND_BY_MS: '4000',
};

/** Pays a file of made-up payouts through all three simulated providers, and proves that each was paid once. */
export async function runDemo(options: OutputOptions): Promise<void> {
  quietSdk(createWorkerLog(options));
  const requests = await readRequests(exampleFile());
  const asked = untilAskedToStop();
  const starting = startEnvironment({ log: (line) => note(`payouts: ${line}`), times: TIMES });
  const environment = await Promise.race([starting, asked]);
  if (!environment) {
    note('payouts: stopping');
    await starting.then((late) => late.stop()).catch(() => undefined);
    process.exitCode = EXIT.refused;
    return;
  }
  try {
    const paid = pay(environment, requests, options);
    const isStopped = await Promise.race([
      paid.then(() => false),
      asked.then(() => true),
      environment.running.then(() => true),
    ]);
    if (!isStopped) return;
    note('payouts: stopped before the end; nothing of this demo is kept');
    process.exitCode = EXIT.refused;
    paid.catch(() => undefined);
  } finally {
    await environment.stop();
  }
}

async function pay(
  environment: Environment,
  requests: Parameters<typeof payAll>[1],
  options: OutputOptions,
): Promise<void> {
  note(
    `payouts: paying ${requests.length} payouts of examples/payouts.csv; for one of each provider the reply will be lost`,
  );
  const changes = followChanges(environment.ledger.db, note);
  const payouts = await payAll(environment, requests);
  await changes.stop();
  const agreement = await compareWithLedger(environment.ledger.db, environment.sandbox.journal());
  print(options, { agrees: agreement.agrees, counts: agreement.counts, payouts }, () =>
    formatReport(payouts, agreement),
  );
  if (!agreement.agrees) process.exitCode = EXIT.refused;
}
