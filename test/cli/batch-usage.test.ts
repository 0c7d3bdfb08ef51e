import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toOrder } from '../../src/cli/batch/options.js';
import { runHere } from './run-here.js';

const NOWHERE = { PAYOUTS_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere', TEMPORAL_ADDRESS: '127.0.0.1:1' };
const ROW = 'a,manifest,acon_X,1.50,USD';
const FILE = `reference,provider,accountConnection,amount,currency\n${ROW}\n`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'payouts-batch-'));
  await writeFile(join(folder, 'pay.csv'), FILE);
  await writeFile(join(folder, 'bad.csv'), `${FILE.replace('1.50', 'x')}${ROW.replace('a', 'b')}\n`);
  await writeFile(join(folder, 'latin.csv'), Buffer.from(FILE.replace('acon_X', 'acon_é'), 'latin1'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const batch = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runHere(['batch', ...args.map((arg) => (arg.endsWith('.csv') ? join(folder, arg) : arg))], { env });

describe('payouts batch refuses what does not go together', () => {
  const form = ['--provider', 'prolific', '--study', 's', '--currency', 'GBP'];
  it.each([
    [[], /^payouts: give exactly one of a file, --attach and --results: see `payouts batch --help`$/],
    [['pay.csv', '--attach', 'x'], /give exactly one of/],
    [['--attach', 'x', '--results', 'x'], /give exactly one of/],
    [['--attach', 'x', '--skip-bad'], /--skip-bad goes with a file only/],
    [['--results', 'x', '--dry-run'], /--dry-run goes with a file only/],
    [['--results', 'x', '--timeout', '1'], /--timeout does not go with --results/],
    [['pay.csv', '--bad-out', 'x'], /--bad-out goes with --skip-bad only/],
    [['pay.csv', '--dry-run', '--out', 'x'], /--out does not go with --dry-run/],
    [['pay.csv', '--no-wait', '--timeout', '1'], /--timeout does not go with --no-wait/],
    [['pay.csv', '--study', 's'], /--study goes with --provider only/],
    [['pay.csv', '--provider', 'prolific'], /--provider needs --study and --currency/],
    [['pay.csv', '--id', 'a/b'], /It has to be 1 to 100 of A-Z a-z 0-9 \. _ -: see/],
    [['pay.csv', '--reference-from', 'a,,b'], /It has to be columns with commas between them/],
    [['pay.csv', ...form], /line 1: unknown column "provider", .* or leave --provider out/],
    [['none.csv'], /cannot read \S+none\.csv \(there is no such file\)/],
    [['latin.csv'], /latin\.csv is not UTF-8/],
    [['bad.csv'], /bad\.csv: line 2: amount: "x" is not written in digits/],
    [['pay.csv'], /PAYOUTS_DATABASE_URL is missing: set it/],
    [['--attach', 'x'], /PAYOUTS_DATABASE_URL is missing: set it/],
  ] as const)('%j', async (args, message) => {
    const run = await batch(args);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 2, stdout: '' });
    expect(run.stderr.trim()).toMatch(message);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('payouts batch from standard input', () => {
  it('needs a place for its bad rows: there is no file beside which they could be written', () => {
    expect(() => toOrder('-', { skipBad: true, wait: true })).toThrow(/--skip-bad with standard input needs --bad-out/);
    expect(toOrder('-', { skipBad: true, badOut: 'x', wait: true })).toMatchObject({ kind: 'file', badOut: 'x' });
  });
});

describe('payouts batch without ledger and server', () => {
  it('ends with 5 where neither can be reached, unless the file is bad', async () => {
    for (const args of [['pay.csv'], ['pay.csv', '--dry-run'], ['--attach', 'x'], ['--results', 'x']])
      expect(await batch(args, NOWHERE)).toMatchObject({ code: 5 });
    expect(await batch(['bad.csv'], NOWHERE)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/line 2: amount/),
    });
  });

  it('tells an error as one event, for programs', async () => {
    const run = await batch(['pay.csv', '--json'], NOWHERE);
    expect(run.stdout.trim().split('\n')).toHaveLength(1);
    expect(run.json()).toMatchObject({ event: 'error', error: { code: 'LedgerUnreachable' } });
  });

  it('still shows what would happen, and says what it could not ask', async () => {
    const run = await batch(['pay.csv', '--dry-run']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^manifest +1 +1\.50 USD +1: 1\.50 USD$/m);
    expect(run.stdout).toMatch(/^already paid: not known, since no ledger was asked/m);
    expect(run.stdout).toMatch(/^balance of manifest: not read \(no credentials here; workers have them\)$/m);
  });
});
