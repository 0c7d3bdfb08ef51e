import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { runCli } from './run-cli.js';

const COMMANDS = createProgram().commands;

describe('the help', () => {
  it('of payouts names every command, the environment and the exit codes', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command.name()} `);
    for (const part of ['TEMPORAL_ADDRESS', 'PAYOUTS_DATABASE_URL', 'MANIFEST_API_KEY', '3 in doubt'])
      expect(stdout).toContain(part);
  });

  it.each(COMMANDS.map((command) => command.name()))('of %s has --json and an example that runs it', (name) => {
    const command = COMMANDS.find((one) => one.name() === name);
    let help = '';
    command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(/\n +--json /);
    expect(help).toMatch(new RegExp(`Examples?:\\n  payouts ${name}`));
  });
});

describe('a mistake in the command line ends with 2 and one line that helps', () => {
  it.each([
    [['pay'], "unknown command 'pay': see `payouts --help`"],
    [['lst'], "unknown command 'lst' (Did you mean list?): see `payouts --help`"],
    [['show'], "missing required argument 'reference': see `payouts show --help`"],
    [['show', 'a', '--jsn'], "unknown option '--jsn' (Did you mean --json?): see `payouts show --help`"],
    [['list', '--status', 'paid'], /^payouts: option '--status <status>' argument 'paid' is invalid. Allowed choices/],
    [['wait', 'a', '--timeout', '5s'], /It has to be seconds, for example 30: see `payouts wait --help`/],
    [['start', 'x.json', '--timeout', '5'], '--timeout goes with --wait only: see `payouts start --help`'],
    [['resolve', 'a', '--by', 'Ada', '--evidence', 'x'], /exactly one of --paid and --not-paid/],
    [
      ['resolve', 'a', '--paid', '--not-paid', '--by', 'Ada', '--evidence', 'x'],
      /exactly one of --paid and --not-paid/,
    ],
    [['resolve', 'a', '--paid', '--pay-again', '--by', 'Ada', '--evidence', 'x'], /--pay-again goes with --not-paid/],
    [['resolve', 'a', '--paid', '--by', 'Ada'], /required option '--evidence <text>' not specified/],
    [['resolve', 'a', '--paid', '--by', ' ', '--evidence', 'x'], /It is empty/],
    [
      ['reschedule', 'a', '2026-12-24'],
      /"2026-12-24" is no instant with an offset: write it like 2026-12-24T09:00:00Z/,
    ],
    [['reschedule', 'a'], 'nothing to change: give an instant, --description or --metadata'],
    [['reschedule', 'a', '--description', ' '], /--description <text>' argument ' ' is invalid. It is empty/],
    [['reschedule', 'a', '--metadata', '{wave:3}'], /It has to be a JSON object, for example {"wave":"3"}/],
    [['reschedule', 'a', '--metadata', '["wave"]'], /It has to be a JSON object/],
    [['list'], /PAYOUTS_DATABASE_URL is missing: set it/],
    [['accept-ledger', '--by', 'Ada'], /PAYOUTS_DATABASE_URL is missing: set it/],
    [['worker'], /PAYOUTS_DATABASE_URL is missing: set it/],
    [['sandbox', '--fault', '{'], /--fault is no JSON: write it like/],
    [
      ['sandbox', '--fault', '{"provider":"manifest","kind":"reply_lost","route":"x"}'],
      /--fault: route: "x" is unknown/,
    ],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
    if (typeof message === 'string') expect(stderr).toBe(`payouts: ${message}\n`);
    else expect(stderr).toMatch(message);
  });

  it('tells it as JSON too when that was asked for', async () => {
    const run = await runCli(['show', '--json']);
    expect(run.code).toBe(2);
    const message = "missing required argument 'reference': see `payouts show --help`";
    expect(run.json()).toEqual({ error: { code: 'Usage', message } });
    expect(run.stderr).toBe(`payouts: ${message}\n`);
  });
});

describe('bad input ends with 2 before anything is connected to', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payouts-cli-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const save = async (name: string, content: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };

  it('names every bad row, on stderr and as JSON', async () => {
    const file = await save('pay.csv', 'reference,provider\na,manifest\nb,nobody\n');
    const run = await runCli(['start', file, '--json']);
    expect(run.code).toBe(2);
    expect(run.stderr.split('\n')).toEqual([
      `payouts: ${file}: 4 problems, nothing was started: mend them`,
      expect.stringMatching(/^ {2}line 2: accountConnection: /),
      expect.stringMatching(/^ {2}line 2: amountMinor: /),
      expect.stringMatching(/^ {2}line 2: currency: /),
      expect.stringMatching(/^ {2}line 3: provider: "nobody" is not one of/),
      '',
    ]);
    expect(run.json()).toMatchObject({
      error: {
        code: 'InvalidRequest',
        problems: [{ place: 'line 2', column: 'accountConnection' }, {}, {}, { place: 'line 3', column: 'provider' }],
      },
    });
  });

  it('tells a bad request from standard input in one line', async () => {
    const { code, stderr } = await runCli(['start', '-'], { input: '{"reference":"a b","provider":"manifest"}' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^payouts: standard input: reference: may hold only .*\n$/);
  });

  it('says what is wrong with a file', async () => {
    const latin = await save('latin.csv', Buffer.from('reference\nM\xfcller\n', 'latin1'));
    expect((await runCli(['start', latin])).stderr).toMatch(/is not UTF-8: save it as UTF-8/);
    const missing = await runCli(['start', join(folder, 'no.json')]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/there is no such file/) });
    expect((await runCli(['start', folder])).stderr).toMatch(/it is a folder/);
  });
});
