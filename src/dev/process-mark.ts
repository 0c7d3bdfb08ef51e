import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process, for a file that outlives it. A pid alone would do harm: it is given again to somebody else. */
export interface ProcessMark {
  readonly machine: string;
  readonly pid: number;
  readonly startedAt: string;
}

/** Undefined when there is no such process. */
export function markProcess(pid: number): ProcessMark | undefined {
  const startedAt = startOf(pid);
  return startedAt === undefined ? undefined : { machine: machine(), pid, startedAt };
}

/** True only when it is known: a process of another container is never gone, for its pids mean nothing here. */
export function isGone(mark: ProcessMark): boolean {
  return mark.machine === machine() && startOf(mark.pid) !== mark.startedAt;
}

export function isProcessMark(value: unknown): value is ProcessMark {
  if (typeof value !== 'object' || value === null) return false;
  const mark = value as Partial<Record<keyof ProcessMark, unknown>>;
  return typeof mark.machine === 'string' && typeof mark.pid === 'number' && typeof mark.startedAt === 'string';
}

function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
}

function startOnLinux(pid: number): string | undefined {
  try {
    // The second field is the program's name, which may hold anything; the fields after its `)` are plain.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
    // A zombie stays listed until its parent asks for it, which in a container may be never.
    return 'ZX'.includes(fields[0]!) ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}
