import type { Payment } from '../../src/sandbox/provider.js';
import type { LoggedRequest } from '../../src/sandbox/request-log.js';
import type { World } from './world.js';

/** How many requests reached a provider, by its name and route. */
export type Calls = Readonly<Record<string, number>>;

export async function countCalls({ sandbox }: Pick<World, 'sandbox'>): Promise<Calls> {
  const counts: Record<string, number> = {};
  for (const { provider, route } of await read<LoggedRequest[]>(`${sandbox.ready.control}/requests`))
    counts[`${provider} ${route}`] = (counts[`${provider} ${route}`] ?? 0) + 1;
  return counts;
}

export const readJournal = ({ sandbox }: Pick<World, 'sandbox'>): Promise<Payment[]> =>
  read(`${sandbox.ready.control}/journal`);

async function read<T>(url: string): Promise<T> {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`the sandbox answers ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as T;
}
