import { setTimeout as sleep } from 'node:timers/promises';
import type { PayoutsClient } from '../../src/client/payouts-client.js';
import { DecisionRefused, ReferenceConflict } from '../../src/payout/errors.js';
import { insist } from './insist.js';
import type { PlannedPayout, PlannedRequest } from './plan-traffic.js';

export interface Traffic {
  /** The references whose start was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** Those of which somebody was told that they are canceled. */
  readonly toldCanceled: ReadonlySet<string>;
  /** Starts with other content under a reference that stands for something, which were not refused. */
  readonly conflictsAccepted: readonly string[];
  readonly counts: TrafficCounts;
  /** Settles when everything of the plan was answered. */
  readonly ended: Promise<unknown>;
}

export interface TrafficCounts {
  startedTwice: number;
  conflictsRefused: number;
  /** How often a caller had to ask again, since a server was down. */
  askedAgain: number;
  /** What callers were told: `cancel canceled`, `reschedule refused` and so on. */
  readonly answers: Record<string, number>;
}

/** Callers: each payout is started at its time, by somebody who asks until it is acknowledged, and then changed as planned. */
export function startTraffic(payouts: PayoutsClient, plan: readonly PlannedPayout[], signal: AbortSignal): Traffic {
  const acknowledged = new Set<string>();
  const toldCanceled = new Set<string>();
  const conflictsAccepted: string[] = [];
  const counts: TrafficCounts = { startedTwice: 0, conflictsRefused: 0, askedAgain: 0, answers: {} };
  const onRetry = () => void (counts.askedAgain += 1);
  const ask = <T>(work: () => Promise<T>) => insist(payouts, work, { signal, onRetry });
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);

  const start = async (request: PlannedRequest): Promise<void> => {
    if (await ask(() => payouts.start(request))) acknowledged.add(request.reference);
  };

  const startConflicting = async (request: PlannedRequest): Promise<void> => {
    try {
      if (await ask(() => payouts.start(request))) conflictsAccepted.push(request.reference);
    } catch (error) {
      if (!(error instanceof ReferenceConflict)) throw error;
      counts.conflictsRefused += 1;
    }
  };

  const send = async (reference: string, kind: 'cancel' | 'reschedule'): Promise<void> => {
    const answer = await told(reference, kind);
    if (answer === undefined) return;
    if (answer === 'canceled') toldCanceled.add(reference);
    counts.answers[`${kind} ${answer}`] = (counts.answers[`${kind} ${answer}`] ?? 0) + 1;
  };

  const told = async (reference: string, kind: 'cancel' | 'reschedule'): Promise<string | undefined> => {
    const handle = payouts.getHandle(reference);
    try {
      if (kind === 'cancel') return (await ask(() => handle.cancel({ by: 'chaos' })))?.result;
      const moved = await ask(() => handle.reschedule({ scheduledAt: inMs(6_000), by: 'chaos' }));
      return moved && 'moved';
    } catch (error) {
      if (error instanceof DecisionRefused) return 'refused';
      throw error;
    }
  };

  const live = async ({
    atMs,
    request,
    scheduledInMs,
    isTwice,
    conflicting,
    message,
  }: PlannedPayout): Promise<void> => {
    await pause(atMs);
    if (signal.aborted) return;
    const scheduled = scheduledInMs === undefined ? {} : { scheduledAt: inMs(scheduledInMs) };
    if (isTwice) counts.startedTwice += 1;
    await Promise.all(Array.from({ length: isTwice ? 2 : 1 }, () => start({ ...request, ...scheduled })));
    const others = conflicting ? startConflicting({ ...conflicting, ...scheduled }) : undefined;
    if (message) {
      await pause(message.afterMs);
      await send(request.reference, message.kind);
    }
    await others;
  };

  return { acknowledged, toldCanceled, conflictsAccepted, counts, ended: Promise.all(plan.map(live)) };
}

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
