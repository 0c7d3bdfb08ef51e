import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Processor time of a process so far, of its children too, those that have ended included; milliseconds. Linux only. */
export function readCpuMs(pid: number): number {
  const stats = readAll();
  const ticks = (one: Stat): number =>
    one.ticks + stats.filter(({ parent }) => parent === one.pid).reduce((sum, child) => sum + ticks(child), 0);
  const own = stats.find((one) => one.pid === pid);
  if (!own) throw new Error(`process ${pid} is gone`);
  return (ticks(own) * 1_000) / TICKS_PER_SECOND;
}

/** Lets the most memory that the process had count anew. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

/** The most resident memory since then, megabytes. */
export const readPeakMb = (pid: number): number => readMb(pid, 'VmHWM');

/** The resident memory now, megabytes. */
export const readRssMb = (pid: number): number => readMb(pid, 'VmRSS');

function readMb(pid: number, field: string): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK']).toString());

const readAll = (): readonly Stat[] =>
  readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(Number(name)) ?? []) : []));

/** The fields are those of proc(5), from the third on: the second may hold anything. */
function readStat(pid: number): Stat | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ').map(Number) ?? [];
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
    return { pid, parent: fields[1] ?? 0, ticks: user + system + childrenUser + childrenSystem };
  } catch {
    // It has just ended: its time is its parent's now.
    return undefined;
  }
}
