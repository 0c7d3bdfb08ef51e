import { ConfigError } from '../providers/config-error.js';

export const KEYS_VARIABLE = 'PAYOUTS_ENCRYPTION_KEYS';

/** The keys by their ids. The first encrypts; all decrypt. */
export interface EncryptionKeys {
  readonly current: string;
  readonly byId: ReadonlyMap<string, Buffer>;
}

const KEY_BYTES = 32;
const ID = /^[\w.-]{1,64}$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Reads `id1:base64key,id0:base64key`. None where the variable is not set: nothing is encrypted then. Throws `ConfigError`, which
 * never repeats a key.
 */
export function readEncryptionKeys(env: Readonly<Record<string, string | undefined>>): EncryptionKeys | undefined {
  const text = env[KEYS_VARIABLE]?.trim();
  if (!text) return undefined;
  const byId = new Map<string, Buffer>();
  for (const [index, entry] of text.split(',').entries()) {
    const [id = '', key = '', ...rest] = entry.trim().split(':');
    const nth = `key ${index + 1}`;
    if (rest.length > 0 || key === '') throw refuse(`${nth} is not of the form id:base64key; ${FORM}`);
    if (!ID.test(id)) throw refuse(`the id of ${nth} has to be 1 to 64 letters, digits, '.', '_' or '-'`);
    if (byId.has(id)) throw refuse(`the id ${id} stands there twice: every key has its own`);
    byId.set(id, readKey(id, key));
  }
  const [current = ''] = byId.keys();
  return { current, byId };
}

const FORM = 'several are parted by commas, the first of them encrypts';

function readKey(id: string, text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (!BASE64.test(text) || key.length !== KEY_BYTES)
    throw refuse(`key ${id} is not ${KEY_BYTES} bytes in base64: make one by \`openssl rand -base64 ${KEY_BYTES}\``);
  return key;
}

const refuse = (problem: string): ConfigError => new ConfigError(KEYS_VARIABLE, problem);
