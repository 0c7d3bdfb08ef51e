import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { STATUSES } from '../payout/status.js';
import { HTTP_CHANNEL, type ObservedRequest } from '../providers/observe-http.js';
import type { LedgerFigures } from './ledger-figures.js';
import { sparingly } from './sparing.js';

export interface MeteredAccount {
  readonly provider: string;
  readonly account: string;
  readonly baseUrl: string;
}

export interface MetricsOptions {
  /** What the ledger says. Asked once in some seconds, however often somebody scrapes. */
  readonly readFigures: () => Promise<LedgerFigures>;
  readonly accounts: readonly MeteredAccount[];
  readonly nowMs?: () => number;
}

export interface Metrics {
  /** Everything, in Prometheus' text form. */
  read(): Promise<string>;
  readonly contentType: string;
  close(): void;
}

/** From what a sandbox answers in to the longest time-out that anybody wants. */
const BUCKETS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];

/** What a worker exports: its requests to providers, and what the ledger says of all payouts. */
export function createMetrics({ readFigures, accounts, nowMs }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const stopCounting = countRequests(registry, accounts);
  const set = ledgerGauges(registry, accounts);
  const figures = sparingly(readFigures, nowMs);
  return {
    contentType: registry.contentType,
    async read() {
      set(await figures().catch(() => undefined));
      return registry.metrics();
    },
    close: stopCounting,
  };
}

function countRequests(registry: Registry, accounts: readonly MeteredAccount[]): () => void {
  const seconds = new Histogram({
    name: 'payouts_provider_request_seconds',
    help: 'requests to providers, by what they are for (pay, change, read) and what came of them',
    labelNames: ['provider', 'kind', 'outcome'] as const,
    buckets: BUCKETS_S,
    registers: [registry],
  });
  const providers = new Map(accounts.map(({ baseUrl, provider }) => [baseUrl, provider]));
  const count = (message: unknown): void => {
    const { baseUrl, kind, outcome, durationMs } = message as ObservedRequest;
    const labels = { provider: providers.get(baseUrl) ?? 'other', kind, outcome: nameOutcome(outcome) };
    seconds.observe(labels, durationMs / 1000);
  };
  subscribe(HTTP_CHANNEL, count);
  return () => void unsubscribe(HTTP_CHANNEL, count);
}

/** `2xx`, `4xx`, `5xx`; `429` by itself, for it says that we ask too often. */
const nameOutcome = (outcome: ObservedRequest['outcome']): string =>
  typeof outcome === 'string' || outcome === 429 ? String(outcome) : `${Math.floor(outcome / 100)}xx`;

function ledgerGauges(registry: Registry, accounts: readonly MeteredAccount[]) {
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const of = ['provider', 'account'] as const;
  const reachable = gauge('payouts_ledger_reachable', '1: the ledger answers', []);
  const accepted = gauge('payouts_ledger_accepted', '1: this database was accepted for paying', []);
  const byStatus = gauge('payouts_by_status', 'payouts that have this status', [...of, 'status']);
  const waiting = gauge('payouts_waiting', 'payouts that wait, by what for', [...of, 'waiting_for']);
  const doubtAge = gauge('payouts_in_doubt_oldest_age_seconds', 'how long the oldest doubt has lasted; 0: none', of);
  const overdue = gauge('payouts_overdue', 'payouts whose next step is more than two minutes late', of);
  const breaks = gauge('payouts_breaks', 'breaks of what we assume that were ever recorded', of);
  const all = [byStatus, waiting, doubtAge, overdue, breaks];

  return (figures: LedgerFigures | undefined): void => {
    for (const one of all) one.reset();
    reachable.set(figures ? 1 : 0);
    accepted.set(figures?.accepted ? 1 : 0);
    if (!figures) return;
    // Zeros too: an alarm about what has never been there yet would find nothing to compare.
    for (const { provider, account } of accounts) {
      for (const status of STATUSES) byStatus.set({ provider, account, status }, 0);
      for (const one of [doubtAge, overdue, breaks]) one.set({ provider, account }, 0);
    }
    // The groups of one account differ in what they wait for: the oldest comes last, and stays.
    for (const group of figures.groups.toSorted((a, b) => a.oldestAgeS - b.oldestAgeS)) {
      const { provider, account, status, waitingFor, count, oldestAgeS } = group;
      byStatus.inc({ provider, account, status }, count);
      if (waitingFor !== 'nothing') waiting.inc({ provider, account, waiting_for: waitingFor }, count);
      overdue.inc({ provider, account }, group.overdue);
      if (status === 'in_doubt') doubtAge.set({ provider, account }, oldestAgeS);
    }
    for (const { provider, account, count } of figures.breaks) breaks.set({ provider, account }, count);
  };
}
