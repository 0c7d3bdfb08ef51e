import type { PayoutsClient } from '../client/payouts-client.js';
import type { PayoutRequest } from '../payout/request.js';
import { toTold } from './errors.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { inParallel } from './in-parallel.js';
import { withPayouts } from './open-payouts.js';
import { note, type OutputOptions } from './output.js';
import { readPageOf } from './page-of.js';
import { openReader, type PayoutReader } from './payout-reader.js';
import { reportStarted } from './report-started.js';
import { reportWaited } from './report-waited.js';
import { startOne } from './start-one.js';
import type { Env, Temporal } from './temporal.js';
import { waitFor } from './wait-for.js';
import { isShow, type Refusal, type Waited } from './waited.js';

export interface StartOptions extends OutputOptions {
  readonly wait: boolean;
  readonly timeoutMs: number | undefined;
}

/** Starts them all, then says where each stands, or waits for their ends. */
export function startPayouts(env: Env, requests: readonly PayoutRequest[], options: StartOptions): Promise<ExitCode> {
  const pageOf = readPageOf(env);
  return withPayouts(env, async ({ payouts, temporal }) => {
    const refusals = await startEach(payouts, temporal, requests);
    const reader = await openReader(env, temporal);
    try {
      if (!options.wait) return reportStarted(options, await readEach(reader, requests, refusals), pageOf);
      const started = requests.map(({ reference }) => reference).filter((reference) => !refusals.has(reference));
      const page = started.length === 1 && started[0] ? pageOf(started[0]) : undefined;
      if (page) note(`its page: ${page}`);
      const waited = new Map(
        (await waitFor((reference) => reader.readOwn(reference), started, options.timeoutMs)).map((one) => [
          one.reference,
          one,
        ]),
      );
      return reportWaited(
        options,
        requests.flatMap(({ reference }) => refusals.get(reference) ?? waited.get(reference) ?? []),
      );
    } finally {
      await reader.close();
    }
  });
}

/** Starts each one that can be; the refusals by reference. Throws where it is one error and not one for each payout. */
async function startEach(
  payouts: PayoutsClient,
  temporal: Temporal,
  requests: readonly PayoutRequest[],
): Promise<ReadonlyMap<string, Refusal>> {
  const refusals = new Map<string, Refusal>();
  let unreachable: unknown;
  await inParallel(requests, async (request) => {
    try {
      // A server that went away is not knocked at for every row.
      if (unreachable !== undefined) throw unreachable;
      await startOne(payouts, temporal, request);
    } catch (error) {
      const told = toTold(error);
      if (told.exit === EXIT.unreachable) unreachable = error;
      if (requests.length === 1 || told.code === 'Unexpected') throw error;
      refusals.set(request.reference, { reference: request.reference, error: told });
    }
  });
  if (unreachable !== undefined && refusals.size === requests.length) throw unreachable;
  return refusals;
}

function readEach(
  reader: PayoutReader,
  requests: readonly PayoutRequest[],
  refusals: ReadonlyMap<string, Refusal>,
): Promise<readonly Waited[]> {
  return inParallel(requests, async (request) => {
    const { reference } = request;
    const refusal = refusals.get(reference);
    if (refusal) return refusal;
    const standing = await reader.readStarted(request).catch((error: unknown) => {
      if (requests.length === 1) throw error;
      return { reference, error: toTold(error) };
    });
    return isShow(standing) ? { ...standing, workflowId: `payout/${reference}` } : standing;
  });
}
