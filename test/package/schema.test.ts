import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTemporal } from '../../src/dev/temporal-binary.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { manifestRequest, REQUESTS } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { ROOT } from './consumer.js';

let isValid: ValidateFunction;
beforeAll(async () => {
  const schema = JSON.parse(await readFile(join(ROOT, 'dist/request.schema.json'), 'utf8')) as object;
  const ajv = new Ajv2020({ strict: true, strictTypes: false });
  ajv.addFormat('date-time', (text) => /(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)));
  isValid = ajv.compile(schema);
});

const isTaken = (request: unknown): boolean => {
  try {
    parseRequest(request);
    return true;
  } catch {
    return false;
  }
};

const OPTIONAL = { account: 'us', scheduledAt: '2030-01-15T09:00:00+01:00', metadata: { team: 'research' } };
const manifest = manifestRequest();
const { amountMinor: _, ...withoutAmount } = manifest;

describe('the published JSON Schema of a request', () => {
  it.each(Object.entries(REQUESTS))('takes what the library takes, for %s', (_name, make) => {
    for (const request of [make(), { ...make(), ...OPTIONAL }])
      expect([isValid(request), isTaken(request)], JSON.stringify(request)).toEqual([true, true]);
  });

  it.each([
    ['no request at all', []],
    ['no amount', withoutAmount],
    ['an amount as text', { ...manifest, amountMinor: '15.00' }],
    ['an amount of nothing', { ...manifest, amountMinor: 0 }],
    ['a part of a cent', { ...manifest, amountMinor: 1.5 }],
    ['an amount that a number cannot hold', { ...manifest, amountMinor: 2 ** 53 }],
    ['another currency', { ...manifest, currency: 'EUR' }],
    ['another provider', { ...manifest, provider: 'paypal' }],
    ['a field that nobody knows', { ...manifest, amount: 15 }],
    ['a reference with a space', { ...manifest, reference: 'study 42' }],
    ['a reference that is too long', { ...manifest, reference: 'x'.repeat(201) }],
    ['an account in capitals', { ...manifest, account: 'US' }],
    ['a date without its offset', { ...manifest, scheduledAt: '2030-01-15T09:00:00' }],
    ['metadata that is a text', { ...manifest, metadata: 'team' }],
    ['a sixth payment of a response', { ...REQUESTS.respondent(), payoutCount: 6 }],
  ])('refuses %s, as the library does', (_what, request) => {
    expect([isValid(request), isTaken(request)]).toEqual([false, false]);
  });
});

describe('a payout that the `temporal` program starts, as any language can', () => {
  let stack: TestStack;
  let binary: string;
  beforeAll(async () => {
    binary = await findTemporal({ log: () => {} });
    stack = await startPayouts();
    await stack.startWorker({ MANIFEST_API_KEY__US: stack.env['MANIFEST_API_KEY'] ?? '' });
  });
  afterAll(async () => {
    await stack?.expectAgreement();
    await stack?.stop();
  });

  const temporal = async (...args: readonly string[]): Promise<string> => {
    const target = ['--address', stack.env['TEMPORAL_ADDRESS'] ?? '', '--namespace', 'default'];
    const { PATH = '', HOME = '' } = process.env;
    const run = promisify(execFile)(binary, [...args, ...target], { env: { PATH, HOME } });
    // What a workflow ends in is an exit code of the program; what it printed says more.
    return run.then(
      ({ stdout }) => stdout,
      ({ stdout }: { readonly stdout: string }) => stdout,
    );
  };
  const start = (request: { readonly reference: string }) => {
    const [id, queue] = [`payout/${request.reference}`, stack.env['PAYOUTS_TASK_QUEUE'] ?? ''];
    const what = ['--type', 'payout', '--workflow-id', id, '--task-queue', queue, '--input', JSON.stringify(request)];
    return temporal('workflow', 'start', ...what);
  };
  const about = (command: string, { reference }: { readonly reference: string }, ...args: readonly string[]) =>
    temporal('workflow', command, '--workflow-id', `payout/${reference}`, ...args);

  it.concurrent.each(Object.entries(REQUESTS))('is paid once through %s', async (_name, make) => {
    const request = make();
    expect(isValid(request)).toBe(true);
    await start(request);
    expect(await about('result', request)).toContain('"sent"');
    await start(request);
    expect(await about('result', request)).toContain('"sent"');
    expect(stack.payments(request)).toHaveLength(1);
  });

  it.concurrent('is paid from the account that it names, by the worker that has its credentials', async () => {
    const request = manifestRequest({ account: 'us' });
    await start(request);
    expect(await about('result', request)).toContain('"sent"');
    expect(await stack.show(request.reference)).toMatchObject({ account: 'us', status: 'sent' });
  });

  it.concurrent('says where it stands, and is canceled by a signal', async () => {
    const request = manifestRequest({ scheduledAt: '2030-01-15T09:00:00.000Z' });
    await start(request);
    await stack.until(request.reference, { status: 'ready' });
    expect(await about('query', request, '--type', 'state')).toContain('ready');
    await about('signal', request, '--name', 'cancel', '--input', '{"by":"Ada","reason":"asked for twice"}');
    expect(await about('result', request)).toContain('"canceled"');
    expect(await stack.show(request.reference)).toMatchObject({ status: 'canceled' });
  });

  it.concurrent('is refused by the name of its bad field', async () => {
    const request = { ...manifestRequest(), amountMinor: -1 };
    await start(request);
    expect(await about('result', request)).toMatch(/FAILED[^]*amountMinor: /);
    expect(stack.payments(manifest)).toEqual([]);
  });
});
