import { openLedger, type PostgresLedger } from '../ledger/ledger.js';
import { readShow } from '../ledger/read.js';
import type { PayoutRequest } from '../payout/request.js';
import { toUnclaimed } from '../payout/unclaimed.js';
import type { Show } from '../payout/show.js';
import { askWorkflow } from './ask-workflow.js';
import { expectNotRefused } from './describe-workflow.js';
import { readOutsideLedger } from './read-outside-ledger.js';
import { connectTemporal, type Env, type Temporal } from './temporal.js';

/** Tells where a payout stands. */
export interface PayoutReader {
  /** Throws `NotFound`, or the refusal of a start that was refused. */
  read(reference: string): Promise<Show>;
  /** The same of a payout that was started just now; waits for nobody. */
  readStarted(request: PayoutRequest): Promise<Show>;
  /** The same of a payout that was started here: throws the refusal also where another has its reference. */
  readOwn(reference: string): Promise<Show>;
  close(): Promise<void>;
}

/** Reads the ledger where the environment names one, and needs nothing else then; asks the workflows otherwise. */
export async function openReader(env: Env, temporal?: Temporal): Promise<PayoutReader> {
  const url = env['PAYOUTS_DATABASE_URL'];
  if (url) return ledgerReader(openReadOnly(url), env, temporal);
  const connected = temporal ?? (await connectTemporal(env));
  return workflowReader(connected, async () => (temporal ? undefined : connected.connection.close()));
}

export const openReadOnly = (url: string): PostgresLedger => openLedger({ url, maxConnections: 4 });

const KNOCK_FOR_MS = 2_000;

function ledgerReader(ledger: PostgresLedger, env: Env, given: Temporal | undefined): PayoutReader {
  let asked: Promise<Temporal | undefined> | undefined;
  /** Only for what the ledger does not know: a payout that was started a moment ago, or whose start was refused. */
  const temporal = () => given ?? (asked ??= connectTemporal(env, KNOCK_FOR_MS).catch(() => undefined));
  const read = async (reference: string) =>
    (await readShow(ledger.db, reference)) ?? readOutsideLedger(ledger.db, await temporal(), reference);

  return {
    read,
    // Another content was refused before the start.
    readOwn: read,
    readStarted: async (request) => (await readShow(ledger.db, request.reference)) ?? toUnclaimed({ ...request }),
    async close() {
      await ledger.close();
      await (await asked)?.connection.close();
    },
  };
}

const workflowReader = (temporal: Temporal, close: () => Promise<void>): PayoutReader => ({
  read: (reference) => askWorkflow(temporal, reference),
  async readOwn(reference) {
    const runId = await expectNotRefused(temporal.client, reference);
    const show = await askWorkflow(temporal, reference);
    // Refused while we asked: what answered then is another payout, the one that has the reference.
    await expectNotRefused(temporal.client, reference, runId);
    return show;
  },
  async readStarted(request) {
    await expectNotRefused(temporal.client, request.reference);
    return toUnclaimed({ ...request });
  },
  close,
});
