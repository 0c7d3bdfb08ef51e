import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PAYING_ROUTES, shortId } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { startCli } from './run-cli.js';
import { runHere } from './run-here.js';

const HEAD =
  'reference,provider,accountConnection,studyId,submissionId,projectId,screenerResponseId,payoutCount,amount,currency';

describe('payouts batch, with server, ledger and worker', () => {
  let stack: TestStack;
  let folder: string;
  let id: string;
  beforeAll(async () => {
    stack = await startPayouts({ prolific: { balanceMinor: 500 }, env: { PROLIFIC_WORKSPACE_ID: 'ws1' } });
  });
  afterAll(() => stack?.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'payouts-batch-'));
    id = shortId();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const payouts = (...args: readonly string[]) => runHere(['batch', ...args], { env: stack.env });
  const save = async (text: string, name = 'pay.csv'): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const readTable = async (name: string) => parse(await read(name));
  const manifestRow = (name: string, amount = '15.00', connection = 'acon_ada') =>
    `${id}/${name},manifest,${connection},,,,,,${amount},USD`;
  const prolificRow = (name: string) => `${id}/${name},prolific,,${id},${id}-${name},,,,0.50,GBP`;
  const respondentRow = (name: string) => `${id}/${name},respondent,,,,project,${id}-${name},1,,`;
  const toFile = (...rows: readonly string[]) => [HEAD, ...rows, ''].join('\n');
  const mixed = () => toFile(manifestRow('m1'), prolificRow('p1'), respondentRow('r1'), manifestRow('m2', '0.29'));
  const paidFor = () =>
    stack.sandbox.journal().filter(({ key }) => key.includes(id) || key.includes('acon_ada')).length;

  it('pays every row once, writes what came of each, and pays nobody again when the same file is given again', async () => {
    const file = await save(mixed());
    const before = paidFor();
    const run = await payouts(file);
    expect({ code: run.code, stderr: run.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^payouts: batch file-[0-9a-f]{32}: 4 rows, started\n/),
    });
    expect(run.stdout).toMatch(/^rows +4\nsent +4\nresults +\S+pay\.results\.csv$/m);
    const [head, ...rows] = await readTable('pay.results.csv');
    expect(head).toEqual([...HEAD.split(','), 'status', 'providerReference', 'message']);
    expect(rows.map((row) => [row[0], row[8], row[10]])).toEqual([
      [`${id}/m1`, '15.00', 'sent'],
      [`${id}/p1`, '0.50', 'sent'],
      [`${id}/r1`, '', 'sent'],
      [`${id}/m2`, '0.29', 'sent'],
    ]);
    expect(rows[0]?.[11]).toMatch(/^pay_/);
    expect(paidFor()).toBe(before + 4);

    const again = await payouts(file, '--json');
    expect(again.code).toBe(0);
    const events = again.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });
    expect(events[0]).toMatchObject({ event: 'checked', rows: 4, known: 4, bad: 0, badOut: null });
    expect(events[1]).toMatchObject({ event: 'started', started: false, total: 4 });
    expect(events.at(-1)).toMatchObject({ event: 'ended', total: 4, byStatus: { sent: 4 }, ended: true, skipped: 0 });
    expect(paidFor()).toBe(before + 4);
    await stack.expectAgreement();
  });

  it('starts nothing where one row is bad, and names each by line and column', async () => {
    const file = await save(
      toFile(manifestRow('good'), manifestRow('bad', '1.505'), manifestRow('twin'), manifestRow('twin')),
    );
    const run = await payouts(file, '--json');
    expect(run.code).toBe(2);
    expect(run.stderr.split('\n').slice(1, -1)).toEqual([
      expect.stringMatching(/^ {2}line 3: amount: "1\.505" has 3 digits/),
      `  line 4: reference: ${id}/twin is also in line 5: one reference is one payment`,
      `  line 5: reference: ${id}/twin is also in line 4: one reference is one payment`,
    ]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      event: 'error',
      error: { code: 'InvalidRequest', problems: [{ place: 'line 3', column: 'amount' }, {}, {}] },
    });
    expect((await payouts('--attach', 'no-such-batch')).code).toBe(1);
    expect(await readdir(folder)).toEqual(['pay.csv']);
    await expect(stack.show(`${id}/good`)).rejects.toThrow(/no payout/);
  });

  it('skips the bad rows where that is asked for: pays the good ones, writes out the others, and ends with 1', async () => {
    const file = await save(toFile(manifestRow('good'), manifestRow('bad', '1.505')));
    const run = await payouts(file, '--skip-bad');
    expect(run).toMatchObject({ code: 1, stdout: expect.stringMatching(/^bad, skipped +1$/m) });
    expect(run.stderr).toMatch(/1 bad rows are skipped, and written to \S+pay\.bad\.csv/);
    expect((await stack.show(`${id}/good`)).status).toBe('sent');
    await expect(stack.show(`${id}/bad`)).rejects.toThrow(/no payout/);

    // Given again, it is the same; mended, the bad rows are a file like any other.
    expect((await payouts(file, '--skip-bad')).code).toBe(1);
    await save((await read('pay.bad.csv')).replace('1.505', '1.50'), 'mended.csv');
    expect((await payouts(join(folder, 'mended.csv'))).code).toBe(0);
    expect((await stack.show(`${id}/bad`)).amountMinor).toBe(150);
    await stack.expectAgreement();
  });

  it('never writes over a file that is not its own, and then starts nothing', async () => {
    const file = await save(toFile(manifestRow('good'), manifestRow('bad', 'x')));
    await save('precious', 'pay.bad.csv');
    await save('precious', 'mine.csv');
    expect(await payouts(file, '--skip-bad')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/pay\.bad\.csv exists: remove it, or name another file with --bad-out/),
    });
    const elsewhere = ['--bad-out', join(folder, 'other.csv')];
    expect(await payouts(file, '--skip-bad', ...elsewhere, '--out', join(folder, 'mine.csv'))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/mine\.csv exists and holds something else: .* --out/),
    });
    expect([await read('pay.bad.csv'), await read('mine.csv')]).toEqual(['precious', 'precious']);
    await expect(stack.show(`${id}/good`)).rejects.toThrow(/no payout/);
  });

  it('names a row whose reference was paid under other content, with the field that differs', async () => {
    await payouts(await save(toFile(manifestRow('a'))));
    const other = await save(toFile(manifestRow('a', '16.00'), manifestRow('b')), 'other.csv');
    const run = await payouts(other);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(new RegExp(`line 2: reference: ${id}/a is already claimed with another amountMinor; `));
    await expect(stack.show(`${id}/b`)).rejects.toThrow(/no payout/);
    expect((await payouts(other, '--skip-bad')).code).toBe(1);
    expect((await stack.show(`${id}/a`)).amountMinor).toBe(1500);
    expect((await stack.show(`${id}/b`)).status).toBe('sent');
    await stack.expectAgreement();
  });

  it("pays Prolific's own form, by ids of submissions too", async () => {
    const file = await save(`id,amount\r\n${id}-s1,0.50\r\n${id}-s2,0.4\r\n`, 'bonus.csv');
    const form = ['--provider', 'prolific', '--study', id, '--currency', 'GBP'];
    expect(await payouts(file, ...form)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--reference-from study,id/),
    });
    const run = await payouts(file, ...form, '--reference-from', 'study,id');
    expect(run.code).toBe(0);
    expect((await readTable('bonus.results.csv')).map((row) => row.slice(0, 4))).toEqual([
      ['id', 'amount', 'reference', 'status'],
      [`${id}-s1`, '0.50', `${id}/${id}-s1`, 'sent'],
      [`${id}-s2`, '0.4', `${id}/${id}-s2`, 'sent'],
    ]);
    await stack.expectAgreement();
  });

  it('shows what would happen, and starts and writes nothing', async () => {
    await payouts(await save(toFile(manifestRow('m1')), 'first.csv'));
    const file = await save(mixed().replace(`${id}/m2`, `${id} m2`));
    const shown = await payouts(file, '--dry-run', '--skip-bad', '--json');
    expect(shown.code).toBe(0);
    const available = expect.any(Number) as number;
    expect(shown.json()).toMatchObject({
      batchId: expect.stringMatching(/^file-/),
      rows: 3,
      bad: [{ line: 5, problems: [expect.stringMatching(/^reference: may hold only/)] }],
      isCompared: true,
      groups: [
        {
          provider: 'manifest',
          study: null,
          all: { rows: 1, amountMinor: 1500 },
          claimed: { sent: 1 },
          fresh: { rows: 0 },
        },
        {
          provider: 'prolific',
          study: id,
          fresh: { rows: 1, amountMinor: 50 },
          fees: { leastMinor: 16, mostMinor: 22 },
        },
        { provider: 'respondent', study: 'project', fresh: { rows: 1, amountMinor: 0, withoutAmount: 1 } },
      ],
      balances: [
        { provider: 'manifest', balance: { kind: 'unread' } },
        { provider: 'prolific', balance: { kind: 'read', purses: [{ availableMinor: available, currency: 'GBP' }] } },
        { provider: 'respondent', balance: { kind: 'read', purses: [{ availableMinor: 1_000_000, currency: 'USD' }] } },
      ],
    });
    const human = await payouts(file, '--dry-run', '--skip-bad');
    expect(human.stdout).toMatch(/^manifest +1 +15\.00 USD +1 sent +nothing$/m);
    expect(human.stdout).toMatch(
      new RegExp(`^prolific +${id} +1 +0\\.50 GBP +1: 0\\.50 GBP +0\\.16 to 0\\.22 GBP$`, 'm'),
    );
    expect(human.stdout).toMatch(/^respondent +project +1 +1 set by the provider \(USD\)/m);
    expect(human.stdout).toMatch(/^balance of respondent: 10000\.00 USD incentives$/m);
    expect(human.stdout).toMatch(/^ {2}line 5: reference: /m);

    const poor = await save(toFile(prolificRow('p9').replace('0.50', '5.00')), 'poor.csv');
    expect((await payouts(poor, '--dry-run')).stdout).toMatch(
      /^balance of prolific: .* TOO LITTLE, at least 6\.65 GBP is needed$/m,
    );
    await expect(stack.show(`${id}/p1`)).rejects.toThrow(/no payout/);
    expect((await readdir(folder)).sort()).toEqual(['first.csv', 'first.results.csv', 'pay.csv', 'poor.csv']);
    await stack.expectAgreement();
  });

  it('is started and left, looked at again, and its results are written again when its file is gone', async () => {
    const file = await save(mixed());
    const started = await payouts(file, '--no-wait', '--id', `march-${id}`);
    expect(started).toMatchObject({ code: 0, stdout: `march-${id}\n` });
    expect(await readdir(folder)).toEqual(['pay.csv']);
    await rm(file);
    const attached = await payouts('--attach', `march-${id}`, '--out', join(folder, 'out.csv'));
    expect(attached).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sent +4$/m) });
    // Looking needs the ledger, and nothing else.
    const alone = { PAYOUTS_DATABASE_URL: stack.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const printed = await runHere(['batch', '--results', `march-${id}`], { env: alone });
    expect(printed).toMatchObject({ code: 0, stdout: await read('out.csv') });
    const lines = (await payouts('--results', `march-${id}`, '--json')).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { event: 'row', reference: `${id}/m1`, status: 'sent', input: { amount: '15.00' } },
      { event: 'row' },
      { event: 'row' },
      { event: 'row' },
    ]);
    expect((await payouts('--results', `march-${id}`, '--out', join(folder, 'out.csv'))).code).toBe(0);

    // An id stands for its rows.
    const other = await save(toFile(manifestRow('other')), 'other.csv');
    expect(await payouts(other, '--id', `march-${id}`)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/already has other rows: choose another --id/),
    });
    for (const look of ['--attach', '--results'])
      expect(await payouts(look, 'nobody')).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/no batch has the id nobody/),
      });
    await stack.expectAgreement();
  });

  it('ends with 1 when a row was refused by the provider, and with 3 when one is in doubt', async () => {
    const refused = await save(toFile(manifestRow('ok'), manifestRow('no', '1.00', 'acon_refused')));
    expect(await payouts(refused)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^sent +1\nerror +1$/m) });

    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before', about: id });
    const doubtful = await save(toFile(manifestRow('ok'), prolificRow('doubt')), 'doubt.csv');
    const run = await payouts(doubtful);
    expect(run).toMatchObject({ code: 3, stdout: expect.stringMatching(/^in_doubt +1$/m) });
    expect(run.stderr).toMatch(/say what you saw with `payouts resolve`/);
    expect((await readTable('doubt.results.csv'))[2]?.[10]).toBe('in_doubt');
    await stack.expectAgreement();
  });

  it('gives up following when its time is up, and says that the batch goes on', async () => {
    const later = `reference,provider,accountConnection,amount,currency,scheduledAt\n${id}/later,manifest,acon_ada,1,USD,2100-01-01T00:00:00Z\n`;
    const run = await payouts(await save(later), '--timeout', '1');
    expect(run).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/waited too long; the batch goes on: `payouts batch --attach file-/),
    });
    expect(await readdir(folder)).toEqual(['pay.csv']);
    await stack.payouts.getHandle(`${id}/later`).cancel();
  });

  it('is left running by Ctrl-C, which says how to look at it again', async () => {
    stack.sandbox.faults.add({
      provider: 'manifest',
      route: PAYING_ROUTES.manifest,
      kind: 'slow',
      delayMs: 1_000,
      about: id,
    });
    const file = await save(toFile(manifestRow('slow')));
    const cli = startCli(['batch', file], { env: stack.env });
    await cli.until(() => cli.seen().stderr.includes('1 rows, started'));
    cli.child.kill('SIGINT');
    expect(await cli.ended).toBe(130);
    expect(cli.seen().stderr).toMatch(
      /batch (file-\w+) goes on without you; look at it again with `payouts batch --attach \1`\n$/,
    );
    const batchId = /--attach (file-\w+)/.exec(cli.seen().stderr)?.[1] ?? '';
    expect(await payouts('--attach', batchId)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sent +1$/m) });
    expect((await stack.show(`${id}/slow`)).amountMinor).toBe(1500);
    await stack.expectAgreement();
  });
});
