import { EXIT, type ExitCode } from '../exit-codes.js';
import { hideSecrets } from '../hide-secrets.js';
import { print, type OutputOptions } from '../output.js';
import type { Env } from '../temporal.js';
import { checkAccounts } from './check-accounts.js';
import { checkLedger } from './check-ledger.js';
import { checkPinned } from './check-pinned.js';
import { checkTemporal } from './check-temporal.js';

export interface DoctorOptions extends OutputOptions {
  /** False: nothing is asked of a provider, so that it may run every minute. */
  readonly providers?: boolean;
}

/** Makes every check and prints what each came to. */
export async function runDoctor(env: Env, { providers = true, ...options }: DoctorOptions): Promise<ExitCode> {
  const found = await Promise.all([
    checkTemporal(env),
    checkLedger(env),
    checkPinned(env),
    checkAccounts(env, { isAsked: providers }),
  ]);
  const checks = found.flat().map((one) => ({ ...one, message: hideSecrets(one.message, env) }));
  const problems = checks.filter(({ ok }) => !ok);
  const warnings = checks.filter(({ level }) => level === 'warning');
  const width = Math.max(...checks.map(({ check }) => check.length));
  print(options, { ok: problems.length === 0, checks }, () =>
    [
      ...checks.map(({ check, level, message }) => `${level.padEnd(7)}  ${check.padEnd(width)}  ${message}`),
      summarize(checks.length, problems.length, warnings.length),
    ].join('\n'),
  );
  return problems.length === 0 ? EXIT.done : EXIT.refused;
}

function summarize(checks: number, problems: number, warnings: number): string {
  if (problems > 0) return `${problems} of ${checks} checks found a problem`;
  return warnings > 0 ? `no problem, and ${warnings} of ${checks} checks warn` : 'all is well';
}
