import type { Show } from '../payout/show.js';
import type { ResolveMessage } from '../../workflows/messages.js';
import { toTold, type Told } from './errors.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { DECISION_TIMEOUT_MS, withinTime, withPayouts, type Payouts } from './open-payouts.js';
import { note, print, type OutputOptions } from './output.js';
import type { Env } from './temporal.js';

type Resolved = Show | { readonly reference: string; readonly error: Pick<Told, 'code' | 'message' | 'exit'> };

/** Says the same word about every reference, one after the other, and reports each. */
export async function resolvePayouts(
  env: Env,
  references: readonly string[],
  word: ResolveMessage,
  options: OutputOptions,
  timeoutMs = DECISION_TIMEOUT_MS,
): Promise<ExitCode> {
  const resolved = await withPayouts(env, async (payouts) => {
    const results: Resolved[] = [];
    for (const reference of references) results.push(await resolveOne(payouts, reference, word, timeoutMs));
    return results;
  });
  for (const one of resolved) if ('error' in one) note(`payouts: ${one.reference}: ${one.error.message}`);
  print(options, resolved.length === 1 ? toJson(resolved[0] as Resolved) : resolved.map(toJson), () =>
    resolved.map(describe).join('\n'),
  );
  return exitOf(resolved);
}

async function resolveOne(
  { payouts, temporal }: Payouts,
  reference: string,
  word: ResolveMessage,
  timeoutMs: number,
): Promise<Resolved> {
  try {
    return await withinTime(temporal, { reference, timeoutMs }, () => payouts.getHandle(reference).resolve(word));
  } catch (error) {
    return { reference, error: toTold(error) };
  }
}

/** A refusal outranks an answer that did not come. */
function exitOf(resolved: readonly Resolved[]): ExitCode {
  const exits = resolved.flatMap((one) => ('error' in one ? [one.error.exit] : []));
  return exits.includes(EXIT.refused) ? EXIT.refused : (exits[0] ?? EXIT.done);
}

const toJson = (one: Resolved): unknown =>
  'error' in one ? { reference: one.reference, error: { code: one.error.code, message: one.error.message } } : one;

const describe = (one: Resolved): string =>
  'error' in one ? `${one.reference}  refused` : `${one.reference}  ${one.status}  ${one.evidence}`;
