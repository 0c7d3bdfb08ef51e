import { EXIT, type ExitCode } from '../exit-codes.js';
import { hideSecrets } from '../hide-secrets.js';
import { print, type OutputOptions } from '../output.js';
import type { Env } from '../temporal.js';
import { checkAccounts } from './check-accounts.js';
import { checkLedger } from './check-ledger.js';
import { checkPinned } from './check-pinned.js';
import { checkTemporal } from './check-temporal.js';

/** Makes every check and prints what each came to. */
export async function runDoctor(env: Env, options: OutputOptions): Promise<ExitCode> {
  const found = await Promise.all([checkTemporal(env), checkLedger(env), checkPinned(env), checkAccounts(env)]);
  const checks = found.flat().map((one) => ({ ...one, message: hideSecrets(one.message, env) }));
  const problems = checks.filter(({ ok }) => !ok);
  const width = Math.max(...checks.map(({ check }) => check.length));
  print(options, { ok: problems.length === 0, checks }, () =>
    [
      ...checks.map(({ check, ok, message }) => `${ok ? 'ok     ' : 'problem'}  ${check.padEnd(width)}  ${message}`),
      problems.length === 0 ? 'all is well' : `${problems.length} of ${checks.length} checks found a problem`,
    ].join('\n'),
  );
  return problems.length === 0 ? EXIT.done : EXIT.refused;
}
