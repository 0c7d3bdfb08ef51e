import type { Show } from '../payout/show.js';
import { isEnding } from '../payout/status.js';
import { note } from './output.js';

const FIRST_AFTER_MS = 2_000;
const THEN_AFTER_MS = 10_000;
const AT_MOST_MS = 120_000;

/** A line on stderr after two seconds, after ten more, and then ever more rarely: no long silence, and no flood. */
export function tellWaiting(count: number): (shows: readonly Show[]) => void {
  let nextAt = performance.now() + FIRST_AFTER_MS;
  let pauseMs = THEN_AFTER_MS;
  return (shows) => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + pauseMs;
    pauseMs = Math.min(pauseMs * 1.5, AT_MOST_MS);
    note(describeWaiting(shows, count));
  };
}

const NAMED = 3;

export function describeWaiting(shows: readonly Show[], count: number): string {
  const open = shows.filter(({ status }) => !isEnding(status));
  const ended = shows.length - open.length;
  const named = open
    .slice(0, NAMED)
    .map(
      ({ reference, status, waitingFor }) =>
        `${reference} is ${status}${waitingFor === 'nothing' ? '' : `, waits for ${waitingFor}`}`,
    );
  const more = open.length > NAMED ? `; ${open.length - NAMED} more` : '';
  return [`waiting: ${ended} of ${count} ended`, ...named].join('; ') + more;
}
