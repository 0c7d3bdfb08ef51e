import { createCodecServer } from '../codec-server/server.js';
import { KEYS_VARIABLE, readEncryptionKeys } from '../temporal/encryption-keys.js';
import { CliError, usageError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import { explainListen } from './explain-listen.js';
import { note, print, type OutputOptions } from './output.js';
import type { Env } from './temporal.js';
import { untilAskedToStop } from './until-asked-to-stop.js';

export interface RunCodecServerOptions extends OutputOptions {
  readonly host: string;
  readonly port: number;
  readonly uiOrigin: string;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;
const SHORTEST_TOKEN = 16;

/** Serves the codec until it is asked to stop. */
export async function runCodecServer(env: Env, { host, port, ...options }: RunCodecServerOptions): Promise<void> {
  const uiOrigin = readOrigin(options.uiOrigin);
  const token = readToken(env);
  const keys = readEncryptionKeys(env);
  if (!keys) throw new CliError('Config', `${KEYS_VARIABLE} is missing: set it as the workers have it`, EXIT.usage);
  const asked = untilAskedToStop();
  const server = createCodecServer({ keys, uiOrigin, token });
  const address = await server.listen({ host, port }).catch((error: unknown) => explainListen(error, { host, port }));
  const told = { address, uiOrigin, keys: [...keys.byId.keys()], needsToken: token !== undefined };
  print(options, told, () => `decrypts for ${uiOrigin} on ${address}: enter that in the UI as its codec server`);
  if (token === undefined && !LOOPBACK.test(host))
    note('whoever reaches this address can read every payload: set PAYOUTS_CODEC_TOKEN, or give --host 127.0.0.1');
  await asked;
  await server.stop();
}

/** An origin has neither path nor end slash, and a browser sends it in just one form. */
function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || (url.pathname !== '/' && url.pathname !== ''))
    throw usageError(`--ui-origin: "${text}" is no origin: write it like https://temporal.example, without a path`);
  return url.origin;
}

function readToken({ PAYOUTS_CODEC_TOKEN: token }: Env): string | undefined {
  if (!token) return undefined;
  if (token.length < SHORTEST_TOKEN)
    throw new CliError('Config', `PAYOUTS_CODEC_TOKEN has less than ${SHORTEST_TOKEN} characters`, EXIT.usage);
  return token;
}
