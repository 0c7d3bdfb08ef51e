import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTRACTED } from './subjects.js';

const PROVIDERS = new URL('../../src/providers/', import.meta.url);

describe('the folders of the providers', () => {
  it('are those of the registry', () => {
    const folders = readdirSync(PROVIDERS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(CONTRACTED.map(({ name }) => name).sort());
  });
});

describe.each(CONTRACTED)('what $name declares', ({ provider }) => {
  it('is a contract, a schedule and times that the protocol knows', () => {
    expect(['idempotent', 'guarded', 'unguarded']).toContain(provider.contract);
    expect(['provider', 'timer']).toContain(provider.scheduling);
    expect(['none', 'reads']).toContain(provider.preparation);
    expect(provider.settleMs).toBeGreaterThan(0);
    expect(provider.followMs).toBeGreaterThanOrEqual(0);
    // A step that follows longer than a heartbeat's patience would look dead.
    expect(provider.followMs).toBeLessThan(15_000);
  });

  it('is no account where the environment names none', () => {
    expect([...provider.readConfig({}).keys()]).toEqual([]);
  });
});
