import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './world.js';
import { countActions, type HistoryEvent } from './count-actions.js';
import type { Measured } from './measure.js';

/** What a case wrote into histories, whoever's they are: batches, groups, payouts, watchers. */
export interface Written {
  readonly workflows: number;
  readonly events: number;
  readonly actions: number;
}

const AT_ONCE = 10;
const LISTS_MOST = 20;

/** Counts the events of all workflows of the namespace between two instants: nothing else goes on meanwhile. */
export async function readHistories(
  { client }: Pick<World, 'client'>,
  { fromMs, toMs }: Pick<Measured, 'fromMs' | 'toMs'>,
): Promise<Written> {
  const executions = await listAll(client, fromMs, toMs);
  const total = { workflows: executions.length, events: 0, actions: 0 };
  let next = 0;
  const readSome = async () => {
    for (let one = executions[next++]; one !== undefined; one = executions[next++]) {
      const { events } = await client.workflow.getHandle(one.workflowId, one.runId).fetchHistory();
      const within = (events ?? []).filter((event) => atMs(event) >= fromMs && atMs(event) <= toMs);
      total.events += within.length;
      total.actions += countActions(within);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  return total;
}

/** The list lags a little: it is read until it does not change any more. */
async function listAll(client: World['client'], fromMs: number, toMs: number) {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
  const query = `StartTime <= "${to}" AND (ExecutionStatus = "Running" OR CloseTime >= "${from}")`;
  for (let [tries, before] = [1, -1]; ; tries += 1) {
    const found: { workflowId: string; runId: string }[] = [];
    for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 1_000 }))
      found.push({ workflowId, runId });
    if (found.length === before || tries === LISTS_MOST) return found;
    before = found.length;
    await sleep(500);
  }
}

const atMs = ({ eventTime }: HistoryEvent): number =>
  Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1e6;
