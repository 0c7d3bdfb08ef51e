import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { read, ROOT } from './sources.js';

describe('docs/GUARANTEES.md', () => {
  const text = read('docs/GUARANTEES.md');
  const named = [...new Set([...text.matchAll(/`(test\/[^`]+)`/g)].map(([, name]) => name as string))];

  it('names tests that are there', () => {
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((name) => !existsSync(join(ROOT, name)) && !existsSync(join(ROOT, `${name}.test.ts`)))).toEqual(
      [],
    );
  });

  it('gives every fault a test', () => {
    const rows = text
      .split('\n')
      .filter(
        (line) =>
          line.startsWith('| ') &&
          !line.startsWith('| fault') &&
          !line.startsWith('| what they do') &&
          !line.startsWith('| -'),
      );
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter((row) => !/`test\/[^`]+`[^|]*\|$/.test(row))).toEqual([]);
  });

  it('is led to by the README', () => {
    expect(read('README.md')).toContain('(docs/GUARANTEES.md)');
  });
});
