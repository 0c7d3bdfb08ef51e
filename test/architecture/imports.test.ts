import { describe, expect, it } from 'vitest';
import { importsOf, layerOf, read, sources, type Import } from './sources.js';

/** Who may import whom. A layer that is not named may not be imported. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/payout': [],
  'src/ledger': ['src/payout'],
  'src/providers': ['src/payout', 'src/sandbox'],
  'src/sandbox': ['src/payout', 'src/providers', 'src/ledger'],
  'src/temporal': ['src/payout', 'src/providers'],
  'src/codec-server': ['src/temporal', 'src/providers'],
  'src/observability': ['src/payout', 'src/ledger', 'src/providers'],
  'src/tracing': ['src/providers', 'src/observability', 'workflows'],
  activities: ['src/payout', 'src/ledger', 'src/providers'],
  workflows: ['src/payout', 'activities'],
  'src/batch': ['src/payout', 'src/ledger', 'src/providers'],
  'src/client': ['src/payout', 'src/ledger', 'src/providers', 'src/batch', 'src/temporal', 'src/tracing', 'workflows'],
  'src/webhooks': ['src/payout', 'src/ledger', 'src/providers', 'workflows'],
  'src/worker': ['src/payout', 'src/ledger', 'src/providers', 'src/temporal', 'src/tracing', 'activities', 'workflows'],
  'src/dev': ['src/client', 'src/ledger', 'src/sandbox', 'src/worker', 'src/temporal', 'src/payout'],
  'src/testing': ['src/client', 'src/ledger', 'src/sandbox', 'src/worker', 'src/temporal', 'src/dev'],
  'src/cli': [
    'src/payout',
    'src/ledger',
    'src/providers',
    'src/sandbox',
    'src/batch',
    'src/temporal',
    'src/codec-server',
    'src/observability',
    'src/tracing',
    'src/client',
    'src/worker',
    'src/webhooks',
    'src/dev',
    'workflows',
    'activities',
  ],
};

/** The packages that a layer may use. A layer that is not named is at the edge, and free. */
const MAY_USE: Readonly<Record<string, readonly RegExp[]>> = {
  'src/payout': [],
  'src/ledger': [/^kysely$/, /^pg$/, /^node:crypto$/],
  'src/providers': [/^axios$/, /^zod$/, /^node:(crypto|diagnostics_channel|http|https)$/],
  'src/sandbox': [/^fastify$/, /^zod$/, /^kysely$/, /^node:/],
  activities: [/^@temporalio\/(activity|common)$/, /^node:(crypto|zlib)$/],
  workflows: [/^@temporalio\/(workflow|common)$/],
};

const imports = sources().flatMap(importsOf);
const inWords = ({ from, to }: Import): string => `${from} -> ${to}`;
const ours = imports.filter(({ isOurs }) => isOurs);

describe('imports', () => {
  it('are found at all: this file reads them by their form', () => {
    expect(ours.length).toBeGreaterThan(300);
    expect(imports.filter(({ isOurs }) => !isOurs).length).toBeGreaterThan(100);
    expect(new Set(sources().map(layerOf))).toEqual(new Set(Object.keys(MAY_IMPORT)));
  });

  it('run one way, so that a payout can be read walking forward', () => {
    const wrong = ours.filter(({ from, to }) => {
      const [source, target] = [layerOf(from), layerOf(to)];
      return source !== target && !(MAY_IMPORT[source] ?? []).includes(target);
    });
    expect(
      wrong.map(inWords),
      'payout ← ledger, providers ← activities ⇠ workflows ⇠ client ← cli; worker and dev wire. What two layers need belongs ' +
        'to the one below both.',
    ).toEqual([]);
  });

  it('of packages stay where they belong: the words know none, and only the edge knows all', () => {
    const wrong = imports.filter(({ from, to, isOurs }) => {
      const allowed = MAY_USE[layerOf(from)];
      return !isOurs && allowed !== undefined && !allowed.some((name) => name.test(to));
    });
    expect(wrong.map(inWords)).toEqual([]);
  });

  it('of axios stand in one file, which adds what axios lacks: one deadline, no retries, no redirects', () => {
    const users = imports.filter(({ to }) => to === 'axios').map(({ from }) => from);
    expect(users).toEqual(['src/providers/http.ts']);
  });

  it('of OpenTelemetry stand in one folder, which nobody loads who does not trace', () => {
    const users = imports.filter(({ to }) => to.startsWith('@opentelemetry/')).map(({ from }) => layerOf(from));
    expect([...new Set(users)]).toEqual(['src/tracing']);
    const loading = ours.filter(
      ({ from, to, isTypeOnly }) => layerOf(to) === 'src/tracing' && layerOf(from) !== 'src/tracing' && !isTypeOnly,
    );
    expect(loading.map(inWords)).toEqual(['src/cli/traces.ts -> src/tracing/export-traces.js']);
    expect(read('src/cli/traces.ts')).toContain("await import('../tracing/export-traces.js')");
  });

  it('of steps by workflows are of their types alone, for the steps hold axios and pg', () => {
    const wrong = ours.filter(
      ({ from, to, isTypeOnly }) => from.startsWith('workflows/') && to.startsWith('activities/') && !isTypeOnly,
    );
    expect(wrong.map(inWords), 'write `import type { X }`, never `import { type X }`').toEqual([]);
  });

  it('of a provider by the steps are of the seam alone: what one provider needs, it says there', () => {
    const wrong = ours.filter(
      ({ from, to }) =>
        !from.startsWith('src/providers/') && /^src\/providers\/[^/]+\//.test(to) && !isSandboxList(from),
    );
    expect(wrong.map(inWords)).toEqual([]);
  });

  it('of one provider by another do not occur', () => {
    const providerOf = (file: string): string | undefined => /^src\/providers\/([^/]+)\//.exec(file)?.[1];
    const wrong = ours.filter(({ from, to }) => {
      const [source, target] = [providerOf(from), providerOf(to)];
      return target !== undefined && source !== target && from !== 'src/providers/registry.ts' && !isSandboxList(from);
    });
    expect(wrong.map(inWords)).toEqual([]);
  });

  it("of the sandbox stand in the providers' own simulated APIs and at the edge: no payment depends on it", () => {
    const isEdge = (file: string): boolean =>
      ['src/cli', 'src/dev', 'src/sandbox', 'src/testing'].includes(layerOf(file));
    const isSimulation = (file: string): boolean => /^src\/providers\/[^/]+\/sandbox[^/]*\.ts$/.test(file);
    const wrong = ours.filter(({ from, to }) => layerOf(to) === 'src/sandbox' && !isEdge(from) && !isSimulation(from));
    expect(wrong.map(inWords)).toEqual([]);
  });

  it('of a simulated API are made by its own files and by the list of them', () => {
    const wrong = ours.filter(
      ({ from, to }) => /\/sandbox[^/]*\.js$/.test(to) && to.startsWith('src/providers/') && !/\/sandbox/.test(from),
    );
    expect(wrong.map(inWords)).toEqual([]);
  });
});

const isSandboxList = (file: string): boolean => file === 'src/sandbox/registry.ts';
