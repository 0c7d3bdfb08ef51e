import { constants } from 'node:os';

/**
 * Long work that leaves nothing behind when it is cut short. Ctrl-C, a signal to end, `process.exit` and the caller's own
 * signal all abort the work's signal at once; after Ctrl-C the process ends only when the work has cleaned up.
 */
export async function interruptible<T>(
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer?.throwIfAborted();
  const controller = new AbortController();
  watch(controller);
  try {
    return await work(outer ? AbortSignal.any([outer, controller.signal]) : controller.signal);
  } finally {
    unwatch(controller);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const watched = new Set<AbortController>();
let endedBy: NodeJS.Signals | undefined;

function watch(controller: AbortController): void {
  if (watched.size === 0) {
    for (const name of SIGNALS) process.on(name, onSignal);
    process.on('exit', abortAll);
  }
  watched.add(controller);
}

function unwatch(controller: AbortController): void {
  watched.delete(controller);
  if (watched.size === 0) stopListening();
}

function onSignal(name: NodeJS.Signals): void {
  const isSecond = endedBy !== undefined;
  endedBy = name;
  abortAll();
  // Whoever asks twice does not want to wait for the cleaning.
  if (isSecond) stopListening();
}

function stopListening(): void {
  for (const name of SIGNALS) process.off(name, onSignal);
  process.off('exit', abortAll);
  const name = endedBy;
  endedBy = undefined;
  // Our listener kept Node from ending. Where somebody else listens too, that one decides. Not by sending the signal again:
  // then the `exit` listeners, which end our servers, would not run.
  if (name !== undefined && process.listenerCount(name) === 0) process.exit(128 + constants.signals[name]);
}

function abortAll(): void {
  for (const controller of watched) controller.abort(new Error('interrupted'));
}
