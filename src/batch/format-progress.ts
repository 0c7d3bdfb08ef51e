import { STATUSES, WAITS } from '../payout/status.js';
import type { BatchProgress } from './engine.js';
import { endedOf, rateOf, timeLeftMs, type Speed } from './speed.js';

const BAR_WIDTH = 24;

/** A bar, and below it the rows by status and by what they wait for. */
export function formatBar(progress: BatchProgress, speed: Speed): string {
  const share = progress.total === 0 ? 1 : endedOf(progress) / progress.total;
  const filled = Math.floor(share * BAR_WIDTH);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  return [`${bar} ${headline(progress, speed)}`, ...details(progress).map((line) => `  ${line}`)].join('\n');
}

/** The same on one line, for logs. */
export const formatLine = (progress: BatchProgress, speed: Speed): string =>
  [headline(progress, speed), ...details(progress)].join('; ');

function headline(progress: BatchProgress, speed: Speed): string {
  const { total } = progress;
  const ended = endedOf(progress);
  const percent = total === 0 ? 100 : Math.floor((ended * 100) / total);
  const rate = rateOf(speed);
  const left = progress.ended ? undefined : timeLeftMs(progress, rate);
  return [
    `${ended} of ${total} ended (${percent} %)`,
    ...(rate === undefined || progress.ended ? [] : [`${formatRate(rate)}/s`]),
    ...(left === undefined || left === 0 ? [] : [`${formatDuration(left)} left`]),
  ].join(', ');
}

function details({ byStatus, waiting, refused, byWait }: BatchProgress): readonly string[] {
  const named: readonly (readonly [string, number | undefined])[] = [
    ['not claimed yet', waiting],
    ...STATUSES.map((status) => [status, byStatus[status]] as const),
    ['refused', refused],
  ];
  const waits = WAITS.filter((wait) => wait !== 'nothing').map((wait) => [wait, byWait[wait]] as const);
  return [list('', named), list('waiting for ', waits)].filter((line) => line !== '');
}

function list(before: string, counts: readonly (readonly [string, number | undefined])[]): string {
  const shown = counts.filter(([, count]) => count).map(([name, count]) => `${name} ${count}`);
  return shown.length === 0 ? '' : before + shown.join(', ');
}

const formatRate = (rate: number): string => (rate < 10 ? rate.toFixed(1) : String(Math.round(rate)));

/** `45 s`, `12 min`, `3 h 20 min`: as exact as a guess deserves. */
export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
