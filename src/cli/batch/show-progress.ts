import type { BatchProgress } from '../../batch/engine.js';
import { formatBar, formatLine } from '../../batch/format-progress.js';
import { nextSpeed, rateOf, timeLeftMs, type Speed } from '../../batch/speed.js';
import { note } from '../output.js';
import type { Emit } from './events.js';

export interface ProgressView {
  show(progress: BatchProgress): void;
  /** Leaves the terminal as it was. */
  stop(): void;
}

type Draw = (progress: BatchProgress, speed: Speed) => void;

/** Where people look, a bar that moves; for programs, events; in a log, a line now and then. */
export async function openProgressView(emit: Emit, json: boolean): Promise<ProgressView> {
  const { draw, stop } = json
    ? { draw: drawEvents(emit), stop: () => {} }
    : process.stderr.isTTY
      ? await drawBar()
      : { draw: drawLines(), stop: () => {} };
  let speed: Speed | undefined;
  return {
    show: (progress) => {
      speed = nextSpeed(speed, progress, performance.now());
      draw(progress, speed);
    },
    stop,
  };
}

async function drawBar(): Promise<{ draw: Draw; stop: () => void }> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(process.stderr, { showCursor: true });
  return { draw: (progress, speed) => update(formatBar(progress, speed)), stop: () => update.clear() };
}

const FIRST_LINE_AFTER_MS = 2_000;
const NEXT_LINE_AFTER_MS = 10_000;
const RAREST_LINE_MS = 120_000;

/** No long silence, and no flood. */
function drawLines(): Draw {
  let nextAt = performance.now() + FIRST_LINE_AFTER_MS;
  let pauseMs = NEXT_LINE_AFTER_MS;
  return (progress, speed) => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + pauseMs;
    pauseMs = Math.min(pauseMs * 1.5, RAREST_LINE_MS);
    note(`payouts: ${formatLine(progress, speed)}`);
  };
}

const EVENT_EVERY_MS = 1_000;

/** Only what changed, and not more often than once a second; the last word is the event of the end. */
function drawEvents(emit: Emit): Draw {
  let last = '';
  let nextAt = 0;
  return (progress, speed) => {
    const text = JSON.stringify(progress);
    if (text === last || performance.now() < nextAt) return;
    last = text;
    nextAt = performance.now() + EVENT_EVERY_MS;
    const rate = rateOf(speed);
    emit('progress', { ...progress, perSecond: rate ?? null, leftMs: timeLeftMs(progress, rate) ?? null });
  };
}
