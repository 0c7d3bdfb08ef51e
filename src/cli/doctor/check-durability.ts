import { sql, type Kysely } from 'kysely';
import { good, warning, type Finding } from './finding.js';

/** The settings by which Postgres loses what it said was committed, each with what a crash does then. */
const LOSES = {
  fsync: 'a crash of the machine may lose any commit, or the whole database',
  full_page_writes: 'a crash of the machine may leave pages half written',
  synchronous_commit: 'a crash may lose the last commits',
} as const;

type Settings = Readonly<Record<keyof typeof LOSES, string>>;

/** Whether the ledger keeps what it committed: all that is promised about money rests on it. */
export async function checkDurability(db: Kysely<unknown>): Promise<Finding> {
  const { rows } = await sql<Settings>`
    select current_setting('fsync') as fsync,
           current_setting('full_page_writes') as full_page_writes,
           current_setting('synchronous_commit') as synchronous_commit`.execute(db);
  return toDurability(rows[0] as Settings);
}

export function toDurability(settings: Settings): Finding {
  const names = Object.keys(LOSES) as (keyof typeof LOSES)[];
  const off = names.filter((name) => settings[name] === 'off');
  if (off.length === 0) return good('ledger durability', 'a commit outlives a crash');
  const losses = off.map((name) => `${name} is off: ${LOSES[name]}`).join('; ');
  return warning(
    'ledger durability',
    `${losses}; a payment that is forgotten is paid again: turn ${off.length > 1 ? 'them' : 'it'} on before anything live is paid`,
  );
}
