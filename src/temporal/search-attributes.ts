import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';

/** What payouts are found by in the UI and in lists. The server's protocol numbers the types: 2 Keyword, 6 Datetime, 7 KeywordList. */
const TYPES = {
  PayoutStatus: 2,
  PayoutWaitingFor: 2,
  PayoutProvider: 2,
  PayoutScheduledAt: 6,
  PayoutBatch: 7,
} as const;
const TYPE_NAMES: Readonly<Record<number, string>> = { 2: 'Keyword', 6: 'Datetime', 7: 'KeywordList' };

const USABLE_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 200;

/** Thrown when the namespace cannot have the search attributes. Says why, and what to do instead. */
export class SearchAttributesError extends Error {
  override readonly name = 'SearchAttributesError';
  readonly code = 'SearchAttributes';
}

/**
 * Registers what is missing and waits until it can be used. Returns the names that were registered now: none on a repeat.
 * Throws `SearchAttributesError` where the namespace is missing, refuses, or has one of them with another type.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const missing = await findMissing(connection, namespace);
  if (missing.length > 0) await register(connection, namespace, missing);
  await untilUsable(connection, namespace);
  return missing;
}

/** The names that the namespace does not know yet. Throws `SearchAttributesError`. */
export async function findMissing(connection: Connection, namespace: string): Promise<readonly string[]> {
  const reply = await explained(namespace, () => connection.operatorService.listSearchAttributes({ namespace }));
  const known: Readonly<Record<string, number | undefined>> = reply.customAttributes;
  for (const [name, type] of Object.entries(TYPES)) {
    const present = known[name];
    // The server ignores a second registration with another type without a word.
    if (present !== undefined && present !== type)
      throw new SearchAttributesError(
        `namespace ${namespace} has ${name} with another type than ${TYPE_NAMES[type]}: ` +
          `remove it (temporal operator search-attribute remove --name ${name}), then run \`payouts migrate\` again`,
      );
  }
  return Object.keys(TYPES).filter((name) => known[name] === undefined);
}

async function register(connection: Connection, namespace: string, names: readonly string[]): Promise<void> {
  const searchAttributes = Object.fromEntries(names.map((name) => [name, TYPES[name as keyof typeof TYPES]]));
  await explained(namespace, () => connection.operatorService.addSearchAttributes({ namespace, searchAttributes }));
}

/** Listed is not usable: the server's own copy of the namespace is a few moments older. */
async function untilUsable(connection: Connection, namespace: string): Promise<void> {
  const query = Object.keys(TYPES)
    .map((name) => `${name} IS NULL`)
    .join(' AND ');
  for (const startedAt = Date.now(); ; await sleep(ASK_EVERY_MS)) {
    try {
      await connection.workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      if (codeOf(error) !== INVALID_ARGUMENT) throw error;
      if (Date.now() - startedAt > USABLE_WITHIN_MS)
        throw new SearchAttributesError(
          `the server does not use the new search attributes of ${namespace} yet: run \`payouts migrate\` again`,
        );
    }
  }
}

const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;

async function explained<T>(namespace: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const code = codeOf(error);
    if (code === NOT_FOUND)
      throw new SearchAttributesError(`namespace ${namespace} does not exist: create it, or mend TEMPORAL_NAMESPACE`);
    if (code === PERMISSION_DENIED || code === UNIMPLEMENTED) {
      const wanted = Object.entries(TYPES).map(([name, type]) => `${name} (${TYPE_NAMES[type]})`);
      throw new SearchAttributesError(
        `this server lets nobody register search attributes in ${namespace} through its API: ` +
          `add ${wanted.join(', ')} by its own console`,
      );
    }
    throw error;
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
