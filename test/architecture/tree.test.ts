import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.js';
import { files } from './sources.js';

const SAME_FILES = ['api', 'config', 'examples', 'index', 'mapping', 'sandbox', 'schemas'];
const tree = files();

describe('the tree', () => {
  it.each(PROVIDERS.map(({ name }) => name))(
    'has the same file names for %s as for every provider: know one, know all',
    (name) => {
      const missing = SAME_FILES.filter((file) => !tree.includes(`src/providers/${name}/${file}.ts`));
      expect(missing).toEqual([]);
    },
  );

  it('has one command per file', () => {
    const commands = tree.filter((file) => /^src\/cli\/commands\/.*\.ts$/.test(file));
    expect(commands.filter((file) => !/^src\/cli\/commands\/[a-z-]+\.ts$/.test(file))).toEqual([]);
    expect(commands.length).toBeGreaterThan(10);
  });

  it('has its files named in small letters and dashes', () => {
    const odd = tree.filter((file) => file.endsWith('.ts') && !/^([a-z0-9.-]+\/)*[a-z0-9.-]+\.ts$/.test(file));
    expect(odd).toEqual([]);
  });
});
