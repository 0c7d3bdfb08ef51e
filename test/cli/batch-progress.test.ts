import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchProgress } from '../../src/batch/engine.js';
import { createEmit } from '../../src/cli/batch/events.js';
import { openProgressView } from '../../src/cli/batch/show-progress.js';

const sent = (count: number): BatchProgress => ({
  total: 100,
  waiting: 0,
  refused: 0,
  byStatus: { sent: count, pending: 100 - count },
  byWait: {},
  ended: count === 100,
});

/** What a stream was given, and whether it is a terminal. */
function watch(stream: NodeJS.WriteStream, isTTY: boolean): () => string {
  let text = '';
  vi.spyOn(stream, 'write').mockImplementation((chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  });
  vi.spyOn(stream, 'isTTY', 'get').mockReturnValue(isTTY);
  return () => text;
}

const CURSOR_UP = '\u001B[1A';

describe('the progress of a batch is shown', () => {
  const ownTerminal = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
  beforeEach(() => {
    Object.defineProperty(process.stderr, 'isTTY', { configurable: true, get: () => false });
    Object.defineProperty(process.stdout, 'isTTY', { configurable: true, get: () => false });
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    if (ownTerminal) Object.defineProperty(process.stderr, 'isTTY', ownTerminal);
  });

  it('on a terminal as a bar that is drawn over itself, and is gone at the end', async () => {
    const written = watch(process.stderr, true);
    const view = await openProgressView(createEmit(false), false);
    view.show(sent(0));
    const first = written();
    expect(first).toMatch(/░{24} 0 of 100 ended \(0 %\)\n {2}pending 100/);
    vi.advanceTimersByTime(2_000);
    view.show(sent(50));
    const second = written().slice(first.length);
    expect(second).toContain(CURSOR_UP);
    expect(second).toMatch(/█{12}░{12} 50 of 100 ended \(50 %\), 25\/s, 2 s left/);
    const before = written().length;
    view.stop();
    expect(written().slice(before)).not.toMatch(/ended/);
    expect(written().slice(before)).toContain(CURSOR_UP);
  });

  it('in a log as a line now and then, without signs for a terminal', async () => {
    const written = watch(process.stderr, false);
    const view = await openProgressView(createEmit(false), false);
    for (let second = 0; second <= 30; second += 1) {
      view.show(sent(second));
      vi.advanceTimersByTime(1_000);
    }
    view.stop();
    const lines = written().trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('payouts: 2 of 100 ended (2 %), 1.0/s, 2 min left; pending 98, sent 2');
    expect(written()).not.toContain('\u001B');
  });

  it('to programs as one JSON object on each line, once a second at most and only where something changed', async () => {
    const written = watch(process.stdout, false);
    const view = await openProgressView(createEmit(true), true);
    for (const [count, afterMs] of [
      [0, 500],
      [10, 500],
      [10, 1_000],
      [10, 1_000],
      [20, 500],
    ] as const) {
      view.show(sent(count));
      vi.advanceTimersByTime(afterMs);
    }
    const events = written()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(events).toMatchObject([
      { event: 'progress', total: 100, byStatus: { pending: 100 }, perSecond: null, leftMs: null },
      { event: 'progress', byStatus: { sent: 10 }, perSecond: 10, leftMs: 9_000 },
      { event: 'progress', byStatus: { sent: 20 } },
    ]);
  });
});
