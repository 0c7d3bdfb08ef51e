import { describe, expect, it } from 'vitest';
import { files, importsOf, read } from './sources.js';

/** Who may import whom. A layer that is not named may not be imported. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/payout': [],
  'src/ledger': ['src/payout'],
  'src/providers': ['src/payout', 'src/sandbox'],
  'src/sandbox': ['src/payout', 'src/providers', 'src/ledger'],
  'src/temporal': [],
  activities: ['src/payout', 'src/ledger', 'src/providers'],
  workflows: ['src/payout', 'activities'],
  'src/client': ['src/payout', 'src/ledger', 'src/providers', 'src/temporal', 'workflows'],
  'src/worker': ['src/payout', 'src/ledger', 'src/providers', 'src/temporal', 'activities'],
  'src/dev': ['src/client', 'src/ledger', 'src/sandbox', 'src/worker', 'src/temporal', 'src/payout'],
  'src/cli': [
    'src/payout',
    'src/ledger',
    'src/providers',
    'src/sandbox',
    'src/temporal',
    'src/client',
    'src/worker',
    'src/dev',
    'workflows',
    'activities',
  ],
};

const layerOf = (file: string): string =>
  file.startsWith('src/') ? file.split('/').slice(0, 2).join('/') : (file.split('/')[0] ?? '');
const sources = files().filter((file) => /^(src|activities|workflows)\/.*\.ts$/.test(file));
const imports = sources.flatMap(importsOf);

describe('imports', () => {
  it('run one way, so that a payout can be read walking forward', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [source, target] = [layerOf(from), layerOf(to)];
      return source !== target && !(MAY_IMPORT[source] ?? []).includes(target);
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('of steps by workflows are of their types alone, for the steps hold axios and pg', () => {
    const wrong = imports.filter(
      ({ from, to, isTypeOnly }) => from.startsWith('workflows/') && to.startsWith('activities/') && !isTypeOnly,
    );
    expect(wrong).toEqual([]);
  });

  it('of Node built-ins do not occur in workflows, nor in the words that they use', () => {
    const deterministic = sources.filter((file) => /^(workflows|src\/payout)\//.test(file));
    expect(deterministic.filter((file) => /from 'node:/.test(read(file)))).toEqual([]);
  });

  it('of the sandbox by a provider stay in its own simulated API', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        from.startsWith('src/providers/') && to.startsWith('src/sandbox/') && !/\/sandbox[^/]*\.ts$/.test(from),
    );
    expect(wrong).toEqual([]);
  });
});
