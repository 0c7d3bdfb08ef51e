import { setTimeout as sleep } from 'node:timers/promises';
import type { BatchRow } from '../../src/batch/engine.js';
import { batchWorkflowId } from '../../src/payout/batch-input.js';
import { manifest, mixed, prolific, respondent } from '../rows.js';
import type { BenchOptions } from './options.js';
import { TASK_QUEUES } from './worker-options.js';
import type { World } from './world.js';

/** One way of paying that is measured. */
export interface Case {
  readonly name: string;
  readonly payouts: number;
  /** Whose process does the work. */
  readonly worker: 'floor' | 'payouts';
  /** Makes what there is before anybody pays; not measured. */
  prepare?(world: World, id: string, payouts: number): Promise<void>;
  /** Settles when each of them is paid. */
  run(world: World, id: string, payouts: number): Promise<void>;
  /** Settles when nothing of it is going on any more. */
  rest?(world: World, id: string): Promise<unknown>;
}

const IN_FLIGHT = 100;
const ASK_EVERY_MS = 200;
const LONGEST_MS = 60 * 60_000;

export function chooseCases({ payouts, rows, each, only }: BenchOptions): readonly Case[] {
  const all = [
    FLOOR(payouts),
    { name: 'single', payouts, worker: 'payouts', run: paySingles } satisfies Case,
    fileOf('mixed', rows, mixed),
    fileOf('manifest', rows, manifest),
    fileOf('prolific', rows, prolific),
    fileOf('respondent', rows, respondent),
  ];
  if (only === undefined) return each ? all : all.slice(0, 4);
  const names = ['floor', ...only.split(',')];
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new Error(`--only: there is no case ${unknown}; there are ${all.map(({ name }) => name).join(', ')}`);
  return all.filter(({ name }) => names.includes(name));
}

export const mixedFile = (rows: number): Case => fileOf('mixed', rows, mixed);

const FLOOR = (payouts: number): Case => ({
  name: 'floor',
  payouts,
  worker: 'floor',
  run: ({ client }, id, count) =>
    inFlight(count, (index) =>
      client.workflow.execute('floor', {
        workflowId: `floor/${id}-${index}`,
        taskQueue: TASK_QUEUES.floor,
        args: [1500],
      }),
    ),
});

/** Manifest's, paid at once: the provider shows `sent` in its first reply, so that no look-up is measured. */
const paySingles: Case['run'] = ({ payouts }, id, count) =>
  inFlight(count, async (index) => {
    const { request } = manifest(id, index);
    const { status, evidence } = await (await payouts.start(request)).result();
    if (status !== 'sent') throw new Error(`${request.reference} is ${status}: ${evidence}`);
  });

async function inFlight(count: number, one: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await one(index);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** From the client's first message to the end of the last row, as the ledger tells it to whoever asks. */
const fileOf = (name: string, payouts: number, toRow: (id: string, index: number) => BatchRow): Case => ({
  name,
  payouts,
  worker: 'payouts',
  prepare: (world, id, count) => makeSubmissions(world, toRows(toRow, id, count)),
  async run({ batches }, id, count) {
    const rows = toRows(toRow, id, count);
    await batches.start(id, { columns: Object.keys(rows[0]?.input ?? {}), rows });
    let progress = await batches.progress(id);
    for (const untilMs = Date.now() + LONGEST_MS; !progress?.ended; progress = await batches.progress(id)) {
      if (Date.now() > untilMs) throw new Error(`${id} has not ended: ${JSON.stringify(progress)}`);
      await sleep(ASK_EVERY_MS);
    }
    if (progress.byStatus.sent !== count) throw new Error(`${id}: ${JSON.stringify(progress)}`);
  },
  rest: ({ client }, id) => client.workflow.getHandle(batchWorkflowId(id)).result(),
});

const toRows = (toRow: (id: string, index: number) => BatchRow, id: string, count: number): readonly BatchRow[] =>
  Array.from({ length: count }, (_, index) => toRow(id, index));

/** Who is paid by Prolific has taken part in the study, and its list shows it. The simulated one makes whom it is asked for. */
async function makeSubmissions({ sandbox }: World, rows: readonly BatchRow[]): Promise<void> {
  const { PROLIFIC_BASE_URL: url, PROLIFIC_API_TOKEN: token } = sandbox.ready.env;
  const ids = rows.flatMap(({ request }) => ('submissionId' in request ? [request.submissionId] : []));
  await inFlight(ids.length, async (index) => {
    const reply = await fetch(`${url}/submissions/${ids[index]}/`, { headers: { authorization: `Token ${token}` } });
    if (!reply.ok) throw new Error(`the sandbox answers ${reply.status}: ${await reply.text()}`);
    await reply.arrayBuffer();
  });
}
