import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import { readFigures } from '../../src/observability/ledger-figures.js';
import { createMetrics, type Metrics } from '../../src/observability/metrics.js';
import { createMetricsServer } from '../../src/observability/server.js';
import { sparingly } from '../../src/observability/sparing.js';
import { manifestRequest, PAYING_ROUTES, respondentRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';

const paid = manifestRequest();
const lost = respondentRequest();
const waits = manifestRequest({ scheduledAt: '2099-01-01T00:00:00Z' });

let stack: TestStack;
let metrics: Metrics;
let text: string;
beforeAll(async () => {
  stack = await startPayouts({ env: { PAYOUTS_RESPONDENT_SETTLE_MS: '600' } });
  metrics = createMetrics({
    readFigures: () => readFigures(stack.ledger.db),
    accounts: (['manifest', 'prolific', 'respondent'] as const).map((provider) => ({
      provider,
      account: 'default',
      baseUrl: stack.env[`${provider.toUpperCase()}_BASE_URL`] as string,
    })),
  });
  const route = PAYING_ROUTES.respondent;
  stack.sandbox.faults.add({ provider: 'respondent', route, kind: 'never_answers', times: 1 });
  await Promise.all([stack.pay(paid), stack.payouts.start(lost), stack.payouts.start(waits)]);
  await stack.until(waits.reference, { waitingFor: 'date' });
  await stack.until(lost.reference, { status: 'in_doubt' });
  text = await metrics.read();
});
afterAll(async () => {
  metrics?.close();
  await stack?.stop();
});

/** The value of a series, such as `payouts_by_status{status="sent"}`: labels may be left out. */
function valueOf(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const line = text
    .split('\n')
    .find(
      (one) =>
        (one.startsWith(`${name}{`) || one.startsWith(`${name} `)) &&
        Object.entries(labels).every(([label, value]) => one.includes(`${label}="${value}"`)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

describe('the metrics of a worker', () => {
  it('count payouts by provider and status, and say zero of what there is none', () => {
    const count = (provider: string, status: string) => valueOf('payouts_by_status', { provider, status });
    expect(count('manifest', 'sent')).toBe(1);
    expect(count('respondent', 'in_doubt')).toBe(1);
    expect(count('prolific', 'in_doubt')).toBe(0);
  });

  it('count who waits, by what for', () => {
    expect(valueOf('payouts_waiting', { provider: 'manifest', waiting_for: 'date' })).toBe(1);
  });

  it('tell how old the oldest doubt is', () => {
    expect(valueOf('payouts_in_doubt_oldest_age_seconds', { provider: 'respondent' })).toBeGreaterThan(0);
    expect(valueOf('payouts_in_doubt_oldest_age_seconds', { provider: 'manifest' })).toBe(0);
  });

  it('tell what came of the requests to providers, those that pay apart', () => {
    const requests = (labels: Record<string, string>) => valueOf('payouts_provider_request_seconds_count', labels);
    expect(requests({ provider: 'manifest', kind: 'pay', outcome: '2xx' })).toBe(2);
    expect(requests({ provider: 'respondent', kind: 'pay', outcome: 'lost' })).toBe(1);
    expect(requests({ provider: 'respondent', kind: 'read', outcome: '2xx' })).toBeGreaterThan(0);
    expect(requests({ provider: 'other' })).toBeUndefined();
  });

  it('tell that the ledger answers and may pay', () => {
    expect(valueOf('payouts_ledger_reachable')).toBe(1);
    expect(valueOf('payouts_ledger_accepted')).toBe(1);
    expect(valueOf('payouts_breaks', { provider: 'manifest' })).toBe(0);
  });

  it('name no payout and nobody', () => {
    for (const { reference } of [paid, lost, waits]) expect(text).not.toContain(reference);
    expect(text).not.toContain('acon_');
  });

  it('are served, and still are where the ledger does not answer: then that is what they say', async () => {
    const ledger = openLedger({ url: 'postgres://nobody@127.0.0.1:1/none', connectTimeoutMs: 500 });
    const server = createMetricsServer(createMetrics({ readFigures: () => readFigures(ledger.db), accounts: [] }));
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const answered = await fetch(`${url}/metrics`);
    const body = await answered.text();
    await server.stop();
    await ledger.close();
    expect([answered.status, answered.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/plain') as string,
    ]);
    expect(body).toMatch(/^payouts_ledger_reachable 0$/m);
    expect(body).not.toMatch(/^payouts_by_status\{/m);
  });

  it('cost the ledger one query for many scrapes, and fewer the longer it takes', async () => {
    let [asked, nowMs] = [0, 0];
    const read = sparingly(
      async () => {
        nowMs += 2_000;
        return ++asked;
      },
      () => nowMs,
    );
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    nowMs += 39_000;
    expect(await read()).toBe(1);
    nowMs += 2_000;
    expect(await read()).toBe(2);
  });

  it('leave the payouts as they are', () => stack.expectAgreement(paid.reference));
});

describe.each(['grafana-dashboard.json', 'alerts.yml'])('observability/%s', (file) => {
  const content = readFileSync(new URL(`../../observability/${file}`, import.meta.url), 'utf8');

  it('asks for nothing that is not exported', () => {
    const asked = new Set(content.match(/\b(payouts|nodejs|process)_[a-z_]+\b/g));
    expect(asked.size).toBeGreaterThan(4);
    const names = new Set(text.match(/^(payouts|nodejs|process)_[a-z_]+/gm));
    expect([...asked].filter((name) => !names.has(name))).toEqual([]);
  });

  it('picks by labels and values that are exported', () => {
    const asked = [...content.matchAll(/\b(payouts_[a-z_]+)\{([^}]*)\}/g)];
    expect(asked.length).toBeGreaterThan(0);
    for (const [, name = '', picked = ''] of asked)
      for (const [, label = ''] of picked.matchAll(/(\w+)(?:=~|!~|!=|=)/g))
        expect(text, `${name} by ${label}`).toMatch(new RegExp(`^${name}\\{[^}]*\\b${label}="`, 'm'));
  });
});
