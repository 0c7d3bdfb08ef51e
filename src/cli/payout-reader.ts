import type { Kysely } from 'kysely';
import { openLedger, type PostgresLedger } from '../ledger/ledger.js';
import { readShow } from '../ledger/read.js';
import { NotFound } from '../payout/errors.js';
import type { PayoutRequest } from '../payout/request.js';
import type { Show } from '../payout/show.js';
import { connectTemporal, type Env, type Temporal } from './temporal.js';
import { expectNotRefused, readUnclaimed, toUnclaimedShow } from './unclaimed.js';
import { askWorkflow } from './ask-workflow.js';

/** Tells where a payout stands. */
export interface PayoutReader {
  /** Throws `NotFound`, or the refusal of a start that was refused. */
  read(reference: string): Promise<Show>;
  /** Where a payout stands that was started just now; waits for nobody. */
  readStarted(request: PayoutRequest): Promise<Show>;
  /** The same, for one who waits for its end. */
  readOwn(reference: string): Promise<Show>;
  close(): Promise<void>;
}

/** Reads the ledger where the environment names one, and needs nothing else then; asks the workflows otherwise. */
export async function openReader(env: Env, temporal?: Temporal): Promise<PayoutReader> {
  const url = env['PAYOUTS_DATABASE_URL'];
  if (url) return ledgerReader(openReadOnly(url), env, temporal);
  const connected = temporal ?? (await connectTemporal(env));
  return {
    read: (reference) => askWorkflow(connected, reference),
    readStarted: ({ reference }) => readUnclaimed(connected, reference),
    // Another payout may have this reference; then it would answer for ours, which was refused.
    readOwn: async (reference) => {
      await expectNotRefused(connected, reference);
      return askWorkflow(connected, reference);
    },
    close: async () => (temporal ? undefined : connected.connection.close()),
  };
}

export const openReadOnly = (url: string): PostgresLedger => openLedger({ url, maxConnections: 4 });

const KNOCK_FOR_MS = 2_000;

function ledgerReader(ledger: PostgresLedger, env: Env, given: Temporal | undefined): PayoutReader {
  let asked: Promise<Temporal | undefined> | undefined;
  /** Only for what the ledger does not know: a payout that was started a moment ago, or whose start was refused. */
  const temporal = () => given ?? (asked ??= connectTemporal(env, KNOCK_FOR_MS).catch(() => undefined));

  const read = async (reference: string) =>
    (await readShow(ledger.db, reference)) ?? readBesideLedger(ledger.db, await temporal(), reference);
  return {
    read,
    readOwn: read,
    async readStarted(request) {
      return (await readShow(ledger.db, request.reference)) ?? toUnclaimedShow(request);
    },
    async close() {
      await ledger.close();
      await (await asked)?.connection.close();
    },
  };
}

async function readBesideLedger(db: Kysely<unknown>, temporal: Temporal | undefined, reference: string): Promise<Show> {
  if (!temporal) throw new NotFound(reference);
  try {
    return await readUnclaimed(temporal, reference);
  } catch (error) {
    // It may have been claimed, and even have ended, between the two looks.
    const show = error instanceof NotFound ? await readShow(db, reference) : undefined;
    if (show) return show;
    throw error;
  }
}
