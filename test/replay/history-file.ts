import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

const FOLDER = fileURLToPath(new URL('histories/', import.meta.url));

/** The saved histories by name, as the Temporal UI exports them. */
export const savedHistories = (): readonly { readonly name: string; readonly history: unknown }[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      name: file.slice(0, -'.json'.length),
      history: JSON.parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as unknown,
    }));

/** Saves the newest run of a workflow. What names this machine is left out: no replay needs it. */
export async function saveHistory(client: Client, workflowId: string, name: string): Promise<string> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory();
  const text = JSON.stringify(JSON.parse(historyToJSON(history)), withoutMachine, 1);
  const file = `${FOLDER}${name}.json`;
  writeFileSync(file, `${text}\n`);
  return file;
}

const OF_THE_MACHINE: ReadonlySet<string> = new Set(['identity', 'binaryChecksum', 'buildId', 'stackTrace']);

function withoutMachine(key: string, value: unknown): unknown {
  // A worker's own queue is named after its process and host.
  if (key === 'name' && typeof value === 'string' && /^\d+@/.test(value)) return 'sticky';
  return OF_THE_MACHINE.has(key) ? undefined : value;
}
