import { parse } from 'yaml';
import { z } from 'zod';
import { read } from '../architecture/sources.js';

/** The words of the compose specification that we use. Strict: one that is misspelled is found, as the engine would find it. */
const duration = z.string().regex(/^\d+(s|m)$/);
const environment = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string());
const health = z.strictObject({
  test: z.tuple([z.literal('CMD')], z.string()),
  interval: duration,
  timeout: duration,
  retries: z.int().positive(),
  start_period: duration.optional(),
});
const service = z
  .strictObject({
    image: z.string(),
    build: z.literal('.').optional(),
    profiles: z.array(z.string()).optional(),
    entrypoint: z.array(z.string()).optional(),
    command: z.array(z.string()).optional(),
    environment: environment.optional(),
    env_file: z.array(z.strictObject({ path: z.string(), required: z.boolean() })).optional(),
    networks: z.array(z.string()).optional(),
    network_mode: z.string().startsWith('service:').optional(),
    ports: z.array(z.string()).optional(),
    volumes: z.array(z.string()).optional(),
    configs: z.array(z.strictObject({ source: z.string(), target: z.string().startsWith('/') })).optional(),
    depends_on: z
      .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }))
      .optional(),
    healthcheck: health.optional(),
    restart: z.enum(['unless-stopped', 'on-failure:5']),
    stop_grace_period: duration.optional(),
    init: z.literal(true).optional(),
    read_only: z.literal(true).optional(),
    tmpfs: z.array(z.string()).optional(),
    cap_drop: z.array(z.string()).optional(),
    security_opt: z.array(z.string()).optional(),
  })
  .refine(({ networks, network_mode }) => (networks === undefined) !== (network_mode === undefined), {
    message: 'either networks or network_mode',
  });
const composeFile = z
  .object({
    name: z.string(),
    services: z.record(z.string(), service),
    configs: z.record(z.string(), z.strictObject({ content: z.string() })),
    networks: z.record(z.string(), z.strictObject({ internal: z.literal(true) }).nullable()),
    volumes: z.record(z.string(), z.null()),
  })
  .catchall(z.unknown())
  .refine((file) => Object.keys(file).every((key) => KNOWN.has(key) || key.startsWith('x-')), {
    message: 'a part of the file that there is none of',
  });
const KNOWN = new Set(['name', 'services', 'configs', 'networks', 'volumes']);

export type ComposeFile = z.infer<typeof composeFile>;
export type Service = z.infer<typeof service>;

export const COMPOSE_TEXT = read('docker-compose.yml');

/** The file as the engine would see it, its variables not filled in. Throws where it is not well formed. */
export const readCompose = (text = COMPOSE_TEXT): ComposeFile => composeFile.parse(parse(text, { merge: true }));

export interface Variable {
  readonly name: string;
  /** `:?` with a message, or `:-` with a default. */
  readonly rest: string;
}

/** Each `${NAME…}` of a text; `$$` is a dollar sign. */
export const variablesOf = (text: string): readonly Variable[] =>
  [...text.replaceAll('$$', '').matchAll(/\$(?:\{([A-Z0-9_]+)([^}]*)\}|([A-Z0-9_]+))/g)].map(
    ([, braced, rest = '', bare = '']) => ({ name: braced ?? bare, rest }),
  );
