import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { sandboxFactories } from '../../src/sandbox/registry.js';
import { read } from '../architecture/sources.js';
import { refusalOf } from '../docs/refusal-of.js';
import { COMPOSE_TEXT, readCompose, variablesOf, type Service } from './compose-file.js';

const file = readCompose();
const services = Object.entries(file.services);
const serviceOf = (name: string): Service => {
  const service = file.services[name];
  if (!service) throw new Error(`there is no service ${name}`);
  return service;
};
const isOurs = ({ build }: Service): boolean => build !== undefined;
const isOneShot = ({ restart }: Service): boolean => restart.startsWith('on-failure');
const MAIN = ['node', 'dist/src/cli/main.js'];
const configuration = read('docs/CONFIGURATION.md');
const isDocumented = (name: string): boolean => new RegExp(`\`${name}\``).test(configuration);
const exampleNames = [...read('.env.example').matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, name = '', value = '']) => ({
  name,
  value,
}));

/** The networks that a service is in, by itself or within another's. */
const networksOf = (service: Service): readonly string[] =>
  service.network_mode
    ? networksOf(serviceOf(service.network_mode.slice('service:'.length)))
    : (service.networks ?? []);

describe('docker-compose.yml', () => {
  it('is read as the engine reads it: a word that there is none of is refused', () => {
    expect(services.length).toBeGreaterThan(10);
    expect(() => readCompose(COMPOSE_TEXT.replace('depends_on:', 'depend_on:'))).toThrow(/depend_on/);
    expect(() => readCompose(COMPOSE_TEXT.replace('service_healthy', 'service_well'))).toThrow(/service_/);
    expect(() => readCompose(COMPOSE_TEXT.replace('configs:\n  temporal', 'config:\n  temporal'))).toThrow();
    expect(() => readCompose(COMPOSE_TEXT.replace('*postgres-health', '*postgres-helth'))).toThrow(/postgres-helth/);
  });

  it('refers to services, networks, volumes and configurations that there are, and has none that nobody uses', () => {
    const used = {
      networks: services.flatMap(([, { networks = [] }]) => networks),
      volumes: services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? '')),
      configs: services.flatMap(([, { configs = [] }]) => configs.map(({ source }) => source)),
    };
    for (const part of ['networks', 'volumes', 'configs'] as const)
      expect([...new Set(used[part])].sort()).toEqual(Object.keys(file[part]).sort());
    for (const [, { depends_on = {} }] of services) for (const name of Object.keys(depends_on)) serviceOf(name);
  });

  it('starts each service after what it needs, and waits for nothing that never comes', () => {
    const order = (name: string, behind: readonly string[] = []): void => {
      expect(behind).not.toContain(name);
      for (const before of Object.keys(serviceOf(name).depends_on ?? {})) order(before, [...behind, name]);
    };
    for (const [name, { depends_on = {}, profiles = [] }] of services) {
      order(name);
      for (const [before, { condition }] of Object.entries(depends_on)) {
        const needed = serviceOf(before);
        expect([name, before, isOneShot(needed)]).toEqual([name, before, condition !== 'service_healthy']);
        if (condition === 'service_healthy') expect([before, needed.healthcheck]).not.toEqual([before, undefined]);
        // Else it would be started only with a profile that nobody asked for.
        expect(profiles).toEqual(expect.arrayContaining(needed.profiles ?? []));
      }
    }
  });

  it('asks every service that stays how it is', () => {
    expect(services.filter(([, one]) => !isOneShot(one) && !one.healthcheck).map(([name]) => name)).toEqual([]);
    expect(services.filter(([, one]) => isOneShot(one) && one.healthcheck).map(([name]) => name)).toEqual([]);
  });

  it('is open to this machine alone, its databases not even to that', () => {
    const ports = services.flatMap(([, { ports: published = [] }]) => published);
    expect(ports.length).toBeGreaterThan(2);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
    const databases = services.filter(([, { image }]) => image.startsWith('postgres:'));
    expect(databases.length).toBe(3);
    for (const [, { ports: published, networks = [] }] of databases) {
      expect(published).toBeUndefined();
      expect(networks.filter((name) => !file.networks[name]?.internal)).toEqual([]);
    }
  });

  it('pins every image, and takes none that is no longer made', () => {
    const images = new Set(services.filter(([, one]) => !isOurs(one)).map(([, { image }]) => image));
    expect([...images].filter((image) => !/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/.test(image))).toEqual([]);
    expect([...images].filter((image) => /auto-setup|tctl/.test(image))).toEqual([]);
    const tagOf = (name: string) =>
      [...images].filter((image) => image.startsWith(`${name}:`)).map((i) => i.split(':')[1]);
    expect(tagOf('temporalio/server')).toEqual(tagOf('temporalio/admin-tools'));
    expect(tagOf('temporalio/server')).toHaveLength(1);
  });

  it('keeps each database where its image has it: the place was changed with Postgres 18', () => {
    for (const [, { image, volumes = [] }] of services) {
      const [, major] = /^postgres:(\d+)/.exec(image) ?? [];
      if (major === undefined) continue;
      const place = Number(major) >= 18 ? '/var/lib/postgresql' : '/var/lib/postgresql/data';
      expect(volumes.map((volume) => volume.split(':')[1])).toEqual([place]);
    }
  });

  it('holds no secret: each comes from .env, and is asked for where it is missing', () => {
    const isSecret = (name: string) => /PASSWORD|PWD|SECRET|TOKEN|KEY/.test(name);
    const literal = services
      .filter(([name]) => name !== 'sandbox-worker')
      .flatMap(([name, { environment = {} }]) =>
        Object.entries(environment)
          .filter(([key, value]) => isSecret(key) && value !== '' && !/^\$\{[A-Z_]+:(\?.+|-)\}$/.test(value))
          .map(([key]) => `${name}: ${key}`),
      );
    expect(literal).toEqual([]);
    expect(COMPOSE_TEXT).not.toMatch(/:\/\/[^/\s:]+:[^@\s]+@/);
    for (const { name, rest } of variablesOf(COMPOSE_TEXT)) {
      if (name.endsWith('POSTGRES_PASSWORD')) expect(rest).toBe(`:?set ${name} in .env`);
      else expect([name, rest]).toEqual([name, ':-']);
    }
  });

  it('gives nobody a secret that is another’s', () => {
    const holders = (pattern: RegExp) =>
      services
        .filter(([, { environment = {} }]) => pattern.test(Object.values(environment).join()))
        .map(([name]) => name);
    expect(holders(/TEMPORAL_POSTGRES_PASSWORD/)).toEqual(['temporal-database', 'temporal-schema', 'temporal']);
    const paying = services.filter(([, { env_file }]) => env_file).map(([name]) => name);
    expect(paying).toEqual(['worker']);
    // All of .env gets to the worker; the server's password is taken away again.
    expect(serviceOf('worker').environment).toMatchObject({ TEMPORAL_POSTGRES_PASSWORD: '' });
    expect(JSON.stringify(serviceOf('webhooks').environment)).not.toMatch(/API_KEY|API_TOKEN|API_SECRET/);
  });

  it('reads only variables that .env.example offers, and that are documented with all that it sets for our programs', () => {
    const asked = [...new Set(variablesOf(COMPOSE_TEXT).map(({ name }) => name))];
    const offered = exampleNames.map(({ name }) => name);
    expect(asked.filter((name) => !offered.includes(name))).toEqual([]);
    const set = services
      .filter(([, one]) => isOurs(one))
      .flatMap(([, { environment = {} }]) => Object.keys(environment));
    expect([...new Set([...asked, ...offered, ...set])].filter((name) => !isDocumented(name))).toEqual([]);
    expect(exampleNames.filter(({ value }) => value !== '')).toEqual([]);
  });

  it('runs only commands that the command line takes, also to ask how a service is', () => {
    const commands = services.filter(([, one]) => isOurs(one)).map(([name, { command = [] }]) => ({ name, command }));
    expect(commands.map(({ name, command }) => [name, refusalOf(command)])).toEqual(
      commands.map(({ name }) => [name, undefined]),
    );
    const asked = services.flatMap(([, { healthcheck }]) => {
      const [, ...words] = healthcheck?.test ?? [];
      return words.slice(0, 2).join() === MAIN.join() ? [words.slice(2)] : [];
    });
    expect(asked.length).toBe(2);
    for (const words of asked) expect([words, refusalOf(words)]).toEqual([words, undefined]);
    // Every minute, so it must not knock at the providers.
    expect(asked.every((words) => words.includes('--no-providers'))).toBe(true);
  });

  it('asks at the ports at which the services listen', () => {
    const { command = [], ports, healthcheck } = serviceOf('webhooks');
    const port = command[command.indexOf('--port') + 1];
    expect(ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(healthcheck?.test.at(-1)).toContain(`http://127.0.0.1:${port}/ready`);
    // Within the container, from without it could not be reached.
    expect(command).toContain('0.0.0.0');
  });

  it('decrypts for the UI that it publishes, for the browsers of this machine and for no other service', () => {
    const { command = [], ports, healthcheck, environment = {} } = serviceOf('codec-server');
    const after = (option: string) => command[command.indexOf(option) + 1];
    const [, uiPort] = serviceOf('temporal-ui').ports?.[0]?.split(':') ?? [];
    expect(after('--ui-origin')).toBe(`http://localhost:${uiPort}`);
    expect(ports).toEqual([`127.0.0.1:${after('--port')}:${after('--port')}`]);
    expect(healthcheck?.test.at(-1)).toContain(`http://127.0.0.1:${after('--port')}/health`);
    expect(Object.keys(environment)).toEqual(['PAYOUTS_ENCRYPTION_KEYS']);
    const neighbours = services.filter(([, one]) =>
      networksOf(one).some((name) => networksOf(serviceOf('codec-server')).includes(name)),
    );
    expect(neighbours.map(([name]) => name)).toEqual(['codec-server']);
  });

  it('gives every service a way to the hosts that it names, and no way to the others’ ledger', () => {
    const named = services.flatMap(([name, one]) =>
      Object.entries(one.environment ?? {}).flatMap(([key, value]) => {
        const [, host] = /^(?:TEMPORAL_ADDRESS|POSTGRES_SEEDS|SQL_HOST)$/.test(key)
          ? (/^([a-z-]+)/.exec(value) ?? [])
          : (/@([a-z-]+):\d+\//.exec(value) ?? []);
        return host === undefined ? [] : [{ name, host, one }];
      }),
    );
    expect(named.length).toBeGreaterThan(10);
    for (const { name, host, one } of named) {
      const shared = networksOf(one).filter((network) => networksOf(serviceOf(host)).includes(network));
      expect([name, host, shared.length]).toEqual([name, host, 1]);
    }
    expect(networksOf(serviceOf('sandbox-worker'))).not.toContain('ledger');
    expect(networksOf(serviceOf('worker'))).not.toContain('sandbox');
    expect(serviceOf('sandbox-worker').environment?.['TEMPORAL_NAMESPACE']).not.toBe(
      serviceOf('worker').environment?.['TEMPORAL_NAMESPACE'],
    );
  });

  it('points the worker of the sandbox at the sandbox, as that says itself', async () => {
    const sandbox = await startSandbox({ providers: sandboxFactories() });
    await sandbox.stop();
    const { command = [], healthcheck } = serviceOf('sandbox');
    const first = Number(command[command.indexOf('--port') + 1]);
    const moved = Object.fromEntries(
      Object.entries(sandbox.env)
        .filter(([name]) => !name.includes('WEBHOOK'))
        .map(([name, value]) => {
          const index = sandbox.providers.findIndex((one) => value === sandbox.baseUrl(one));
          return [name, index < 0 ? value : value.replace(/:\d+/, `:${first + index}`)];
        }),
    );
    expect(serviceOf('sandbox-worker').environment).toMatchObject(moved);
    expect(healthcheck?.test.at(-1)).toContain(`http://127.0.0.1:${first + sandbox.providers.length}/health`);
  });
});
