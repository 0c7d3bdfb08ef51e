import { openLedger } from '../ledger/ledger.js';
import { ensureSearchAttributes } from '../temporal/search-attributes.js';
import { ensureSweepSchedule, sweepScheduleId } from '../temporal/sweep-schedule.js';
import { databaseUrl } from './database-url.js';
import { toTold, type Told } from './errors.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { note, print, type OutputOptions } from './output.js';
import { connectTemporal, type Env } from './temporal.js';

type Half = { readonly ok: true; readonly done: readonly string[] } | { readonly ok: false; readonly error: Told };

/** Migrates both halves, also when one of them cannot be, and reports each. */
export async function migrateBoth(env: Env, options: OutputOptions): Promise<ExitCode> {
  let ledgerId: string | undefined;
  const ledger = await half(migrateLedger(env, (id) => (ledgerId = id)));
  const searchAttributes = await half(migrateNamespace(env, ledgerId));
  const failures = [ledger, searchAttributes].flatMap((one) => (one.ok ? [] : [one.error]));
  const [failure] = failures;
  const json = { ledger: toJson(ledger), searchAttributes: toJson(searchAttributes) };
  print(options, failure ? { ...json, error: { code: failure.code, message: failure.message } } : json, () =>
    [`ledger             ${describe(ledger)}`, `search attributes  ${describe(searchAttributes)}`].join('\n'),
  );
  for (const { message } of failures) note(`payouts: ${message}`);
  return failures.some(({ exit }) => exit === EXIT.unreachable) ? EXIT.unreachable : (failure?.exit ?? EXIT.done);
}

async function migrateLedger(env: Env, tellId: (ledgerId: string) => void): Promise<readonly string[]> {
  const ledger = openLedger({ url: databaseUrl(env), maxConnections: 2 });
  try {
    const added = await ledger.migrate();
    tellId((await ledger.expectCurrent()).ledgerId);
    return added;
  } finally {
    await ledger.close();
  }
}

/** The task queue is pinned to the ledger, where that could be read. */
async function migrateNamespace(env: Env, ledgerId: string | undefined): Promise<readonly string[]> {
  const { client, connection, target } = await connectTemporal(env);
  try {
    const added = await ensureSearchAttributes(connection, target.namespace);
    const isNew = await ensureSweepSchedule(client, target.taskQueue, ledgerId);
    return isNew ? [...added, `schedule ${sweepScheduleId(target.taskQueue)}`] : added;
  } finally {
    await connection.close();
  }
}

const half = (work: Promise<readonly string[]>): Promise<Half> =>
  work.then(
    (done) => ({ ok: true, done }),
    (error: unknown) => ({ ok: false, error: toTold(error) }),
  );

const toJson = (one: Half): unknown =>
  one.ok ? { ok: true, added: one.done } : { ok: false, error: { code: one.error.code, message: one.error.message } };

function describe(one: Half): string {
  if (!one.ok) return 'problem';
  return one.done.length === 0 ? 'up to date' : `added ${one.done.join(', ')}`;
}
