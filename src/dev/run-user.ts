import { execFileSync } from 'node:child_process';

/** Somebody to run a program as. */
export interface RunUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root. For root it runs as an account that is there already, for starting a demo must not add
 * accounts to the machine; everybody else runs it as themselves (undefined).
 */
export function findRunUser(): RunUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  throw new Error('Postgres refuses to run as root, and there is no account "postgres" or "nobody" to run it as');
}

function idOf(option: '-u' | '-g', name: string): number | undefined {
  try {
    const text = execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    // Some systems print the id of `nobody`, which is negative, as unsigned.
    return Number(text) | 0;
  } catch {
    return undefined;
  }
}
