import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newReference, manifestRequest, PAYING_ROUTES, prolificRequest } from '../support/requests.js';
import { startPayouts, type TestStack } from '../support/stack.js';
import { runCli, type CliOptions } from './run-cli.js';
import { runHere } from './run-here.js';

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('the command line, with server, ledger and worker', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await startPayouts();
  });
  afterAll(() => stack?.stop());

  const payouts = (args: readonly string[], options: CliOptions = {}) =>
    runHere(args, { ...options, env: { ...stack.env, ...options.env } });
  /** A shell that knows the ledger and nothing else. */
  const readers = (args: readonly string[]) =>
    runHere(args, { env: { PAYOUTS_DATABASE_URL: stack.databaseUrl, TEMPORAL_ADDRESS: '127.0.0.1:1' } });
  const doubtful = async () => {
    const request = prolificRequest();
    stack.sandbox.faults.add({ provider: 'prolific', route: PAYING_ROUTES.prolific, kind: 'error_before' });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'in_doubt', waitingFor: 'person' });
    return request.reference;
  };

  it('starts one payout at once, and shows it as show does', async () => {
    const request = manifestRequest();
    const started = await runCli(['start', '-', '--json'], { env: stack.env, input: JSON.stringify(request) });
    expect(started.code).toBe(0);
    expect(started.json()).toMatchObject({
      reference: request.reference,
      provider: 'manifest',
      account: 'default',
      status: expect.any(String),
      waitingFor: expect.any(String),
      amountMinor: 1500,
      currency: 'USD',
      exchanges: expect.any(Array),
      history: expect.any(Array),
      workflowId: `payout/${request.reference}`,
    });
    const waited = await payouts(['wait', request.reference, '--json']);
    expect(waited).toMatchObject({ code: 0 });
    expect(waited.json()).toMatchObject({ status: 'sent' });
    expect((await readers(['show', request.reference, '--json'])).json()).toEqual(waited.json());
    const again = await payouts(['start', '-', '--json'], { input: JSON.stringify(request) });
    expect(again.json()).toEqual({ ...(waited.json() as object), workflowId: `payout/${request.reference}` });
  });

  it('prints the address of its page where that of the UI is known, to people and not with --json', async () => {
    const { reference, ...rest } = manifestRequest();
    const [input, env] = [JSON.stringify({ reference, ...rest }), { PAYOUTS_UI_URL: 'https://ui.example/' }];
    const page = `https://ui.example/namespaces/default/workflows/payout%2F${encodeURIComponent(reference)}`;
    const inJson = await payouts(['start', '-', '--json'], { env, input });
    expect(inJson.stdout).not.toContain('ui.example');
    const started = await payouts(['start', '-'], { env, input });
    expect(started.stdout).toMatch(/^REFERENCE +WORKFLOW +STATUS +PAGE$/m);
    expect(started.stdout).toContain(page);
    expect((await payouts(['start', '-', '--wait'], { env, input })).stderr.split('\n')[0]).toBe(`its page: ${page}`);
    const shown = await payouts(['show', reference], { env });
    expect(shown.stdout.split('\n')).toContain(`page              ${page}`);
    expect((await payouts(['show', reference])).stdout).not.toContain('page ');
  });

  it('starts a file of several, waits, and ends with 1 when one was refused by the provider', async () => {
    const [good, bad] = [manifestRequest(), manifestRequest({ accountConnection: 'acon_refused' })];
    const run = await payouts(['start', '-', '--wait', '--json'], { input: JSON.stringify([good, bad]) });
    expect(run.code).toBe(1);
    expect(run.json()).toMatchObject([
      { reference: good.reference, status: 'sent' },
      { reference: bad.reference, status: 'error' },
    ]);
  });

  it('refuses the same reference with other content, with and without the ledger at hand', async () => {
    const request = manifestRequest();
    await stack.pay(request);
    const other = JSON.stringify({ ...request, amountMinor: 1600 });
    for (const env of [{}, { PAYOUTS_DATABASE_URL: '' }]) {
      const run = await payouts(['start', '-', '--wait', '--json'], { input: other, env });
      expect(run.json()).toMatchObject({
        error: { code: 'ReferenceConflict', message: expect.stringMatching(/amountMinor/) },
      });
      expect(run.code).toBe(1);
    }
    expect(stack.payments(request)).toHaveLength(1);
  });

  it('starts the good ones of several and names the one whose reference is taken', async () => {
    const [taken, fresh] = [manifestRequest(), manifestRequest()];
    await stack.pay(taken);
    const input = JSON.stringify([{ ...taken, amountMinor: 1600 }, fresh]);
    const run = await payouts(['start', '-', '--json'], { input });
    expect(run.code).toBe(1);
    expect(run.json()).toMatchObject([
      { reference: taken.reference, error: { code: 'ReferenceConflict' } },
      { reference: fresh.reference, status: expect.any(String) },
    ]);
    await stack.until(fresh.reference, { status: 'sent' });
  });

  it('shows, lists and waits with the ledger alone, and says it when there is no such payout', async () => {
    const request = manifestRequest();
    await stack.pay(request);
    const listed = await readers(['list', '--status', 'sent', '--json']);
    expect(listed.json()).toContainEqual(expect.objectContaining({ reference: request.reference, currency: 'USD' }));
    expect((await readers(['show', request.reference])).stdout).toMatch(/^amount +15\.00 USD$/m);
    expect(await readers(['wait', request.reference])).toMatchObject({ code: 0 });
    expect(await readers(['show', 'no-such-payout'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^payouts: no payout has the reference no-such-payout: /),
    });
    expect(await readers(['wait', 'no-such-payout', '--timeout', '1'])).toMatchObject({ code: 1 });
  });

  it('asks the workflow where no ledger is named', async () => {
    const request = manifestRequest({ scheduledAt: inAnHour() });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready' });
    const env = { PAYOUTS_DATABASE_URL: '' };
    const shown = await payouts(['show', request.reference, '--json'], { env });
    const { history, ...rest } = await stack.show(request.reference);
    expect(shown.json()).toMatchObject({ ...rest, history: history.map(({ status }) => ({ status })) });
    const waited = await payouts(['wait', request.reference, '--timeout', '1', '--json'], { env });
    expect(waited).toMatchObject({ code: 4, stderr: expect.stringMatching(/waited too long/) });
    expect(waited.json()).toMatchObject({ status: 'ready', waitingFor: 'date' });
    expect((await payouts(['cancel', request.reference], { env })).code).toBe(0);
  });

  it('cancels where it can, and says too late where it cannot', async () => {
    const later = prolificRequest({ scheduledAt: inAnHour() });
    await stack.payouts.start(later);
    await stack.until(later.reference, { status: 'ready' });
    const canceled = await payouts(['cancel', later.reference, '--by', 'Ada', '--reason', 'withdrew', '--json']);
    expect(canceled.json()).toEqual({ reference: later.reference, result: 'canceled', status: 'canceled' });
    expect(canceled.code).toBe(0);
    expect((await stack.show(later.reference)).evidence).toMatch(/Ada/);

    const paid = manifestRequest();
    await stack.pay(paid);
    const late = await payouts(['cancel', paid.reference, '--json']);
    expect(late.json()).toEqual({ reference: paid.reference, result: 'too_late', status: 'sent' });
    expect(late.code).toBe(1);
  });

  it('moves a payout to another instant', async () => {
    const request = prolificRequest({ scheduledAt: inAnHour() });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'ready' });
    const moved = await payouts(['reschedule', request.reference, '2100-01-01T01:00:00+01:00', '--json']);
    expect(moved.json()).toMatchObject({ status: 'ready', scheduledAt: '2100-01-01T00:00:00.000Z' });
    expect((await payouts(['cancel', request.reference])).code).toBe(0);
    const late = await payouts(['reschedule', request.reference, '2100-01-01T00:00:00Z', '--json']);
    expect(late).toMatchObject({ code: 1 });
    expect(late.json()).toMatchObject({ error: { code: 'DecisionRefused' } });
  });

  it('gives a payout another description and other metadata, and names the field where its provider keeps none', async () => {
    const request = manifestRequest({ scheduledAt: inAnHour() });
    await stack.payouts.start(request);
    const { providerReference } = await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    const changes = ['--description', 'Interview in December', '--metadata', '{"wave":"3"}'];
    const changed = await payouts(['reschedule', request.reference, ...changes, '--by', 'Ada', '--json']);
    expect(changed).toMatchObject({ code: 0 });
    expect(changed.json()).toMatchObject({ status: 'ready', scheduledAt: request.scheduledAt });
    const { MANIFEST_BASE_URL, MANIFEST_API_KEY } = stack.env;
    const headers = { Authorization: `Basic ${Buffer.from(`${MANIFEST_API_KEY}:`).toString('base64')}` };
    const reply = await fetch(`${MANIFEST_BASE_URL}/payout/${providerReference}`, { headers });
    expect(await reply.json()).toMatchObject({
      description: 'Interview in December',
      user_data: { wave: '3', payout_reference: request.reference },
    });
    const other = prolificRequest({ scheduledAt: inAnHour() });
    await stack.payouts.start(other);
    await stack.until(other.reference, { status: 'ready' });
    const refused = await payouts(['reschedule', other.reference, '--description', 'Words']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/^payouts: description: .*prolific/) });
    expect((await payouts(['reschedule', other.reference, '--metadata', '{}'])).code).toBe(0);
    for (const { reference } of [request, other]) expect((await payouts(['cancel', reference])).code).toBe(0);
  });

  it('says of a cancel that the provider refuses that it is not canceled, and ends with 1', async () => {
    const request = manifestRequest({ scheduledAt: inAnHour() });
    await stack.payouts.start(request);
    const { providerReference } = await stack.until(request.reference, { status: 'ready', waitingFor: 'date' });
    const about = String(providerReference);
    stack.sandbox.faults.add({ provider: 'manifest', route: 'PUT /payout/:id', about, kind: 'status', status: 422 });
    const refused = await payouts(['cancel', request.reference]);
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/is not canceled: the provider refuses it/),
    });
    await stack.until(request.reference, { status: 'canceled' });
  });

  it('goes on after the operator mended it', async () => {
    const request = manifestRequest();
    stack.sandbox.faults.add({ provider: 'manifest', route: PAYING_ROUTES.manifest, kind: 'status', status: 401 });
    await stack.payouts.start(request);
    await stack.until(request.reference, { status: 'created', waitingFor: 'operator' });
    const resumed = await payouts(['resume', request.reference, '--by', 'Ada', '--json']);
    expect(resumed.json()).toEqual({ reference: request.reference, result: 'resumed', status: 'created' });
    await stack.until(request.reference, { status: 'sent' });
    expect(await payouts(['resume', request.reference])).toMatchObject({
      code: 1,
      stderr: `payouts: ${request.reference} is sent: there is nothing to resume\n`,
    });
  });

  it('ends with 3 at once where only a person can go on, and takes the word of one', async () => {
    const [paid, unpaid] = [manifestRequest(), await doubtful()];
    await stack.pay(paid);
    const waited = await readers(['wait', unpaid, paid.reference, '--json']);
    expect(waited).toMatchObject({ code: 3, stderr: expect.stringMatching(/1 payout is in doubt/) });
    expect((await payouts(['cancel', unpaid, '--json'])).json()).toMatchObject({ result: 'in_doubt' });

    const word = ['--not-paid', '--by', 'Ada', '--evidence', 'no bonus in Prolific'];
    const resolved = await payouts(['resolve', unpaid, paid.reference, ...word, '--json']);
    expect(resolved.code).toBe(1);
    expect(resolved.json()).toMatchObject([
      { reference: unpaid, status: 'error', evidence: expect.stringMatching(/Ada/) },
      { reference: paid.reference, error: { code: 'DecisionRefused' } },
    ]);
    expect((await readers(['wait', unpaid])).code).toBe(1);
  });

  it('waits no longer than asked for an answer that no worker gives', async () => {
    const request = manifestRequest({ reference: newReference('alone') });
    const env = { PAYOUTS_TASK_QUEUE: `${stack.env['PAYOUTS_TASK_QUEUE']}-nobody` };
    const options = { env, input: JSON.stringify(request) };
    expect((await payouts(['start', '-'], options)).code).toBe(0);
    expect((await payouts(['start', '-'], options)).code).toBe(0);
    const other = { env, input: JSON.stringify({ ...request, amountMinor: 1600 }) };
    expect((await payouts(['start', '-'], other)).stderr).toMatch(/already started with another amountMinor/);
    expect((await payouts(['show', request.reference, '--json'], { env })).json()).toMatchObject({ status: 'created' });
    const canceled = await payouts(['cancel', request.reference, '--timeout', '1'], { env });
    expect(canceled).toMatchObject({ code: 4, stderr: expect.stringMatching(/check that a worker runs/) });
  });

  it('finds nothing to mend', async () => {
    expect((await payouts(['migrate'])).code).toBe(0);
    const run = await payouts(['doctor', '--json']);
    expect((run.json() as { checks: { ok: boolean }[] }).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(run.code).toBe(0);
  });

  it('migrates what is migrated already, and lets a person accept the ledger', async () => {
    await payouts(['migrate']);
    const again = await payouts(['migrate', '--json']);
    expect(again.json()).toEqual({ ledger: { ok: true, added: [] }, searchAttributes: { ok: true, added: [] } });
    expect(again.code).toBe(0);
    const accepted = await payouts(['accept-ledger', '--by', 'Ada', '--json']);
    expect(accepted.json()).toMatchObject({ accepted: true, by: 'Ada' });
  });
});
