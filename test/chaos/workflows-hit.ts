import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { sql, type Kysely } from 'kysely';

const AT_ONCE = 3;

/** Terminates the workflows of some payouts that the ledger knows and that have not ended. */
export async function terminateSome(client: Client, db: Kysely<unknown>, pick: number): Promise<number> {
  const references = await chooseSome(db, pick, sql`next_at is not null`);
  return countHits(references, (reference) => workflowOf(client, reference).terminate('chaos'));
}

/** Resets workflows, of payouts that have ended too, to some point of their history: what came after it is forgotten. */
export async function resetSome(client: Client, db: Kysely<unknown>, pick: number): Promise<number> {
  const references = await chooseSome(db, pick, sql`true`);
  return countHits(references, async (reference) => {
    const workflow = workflowOf(client, reference);
    const { runId } = await workflow.describe();
    const { events } = await workflow.fetchHistory();
    const points = (events ?? []).filter(({ eventType }) => Number(eventType) === COMPLETED_WORKFLOW_TASK);
    const point = points[Math.floor(pick * points.length)];
    if (!point?.eventId) throw new WorkflowNotFoundError('it has not begun', workflow.workflowId, runId);
    await client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: workflow.workflowId, runId },
      reason: 'chaos',
      requestId: randomUUID(),
      workflowTaskFinishEventId: point.eventId,
    });
  });
}

const COMPLETED_WORKFLOW_TASK = 7;

const workflowOf = (client: Client, reference: string) => client.workflow.getHandle(`payout/${reference}`);

/** Of those that changed last, since they are under way. */
async function chooseSome(
  db: Kysely<unknown>,
  pick: number,
  which: ReturnType<typeof sql>,
): Promise<readonly string[]> {
  const { rows } = await sql<{ reference: string }>`
    select reference from payouts where ${which} order by updated_at desc, reference limit 60`.execute(db);
  const from = Math.floor(pick * rows.length);
  return rows.slice(from, from + AT_ONCE).map(({ reference }) => reference);
}

/** One that ended a moment ago cannot be hit any more. */
async function countHits(references: readonly string[], hit: (reference: string) => Promise<unknown>): Promise<number> {
  const hits = references.map((reference) =>
    hit(reference).then(
      () => 1,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return 0;
        throw error;
      },
    ),
  );
  return (await Promise.all(hits)).reduce<number>((sum, count) => sum + count, 0);
}
