import { sql } from 'kysely';
import { lookUp } from '../../../activities/look-up.js';
import { systemClock } from '../../../activities/deps.js';
import { readShow } from '../../../src/ledger/read.js';
import type { Show } from '../../../src/payout/show.js';
import type { View } from '../../../src/payout/view.js';
import type { Status, WaitingFor } from '../../../src/payout/status.js';
import { readServedAccounts } from '../../../src/worker/accounts.js';
import type { TestStack } from '../../support/stack.js';
import { until } from '../../support/until.js';

export interface Break {
  readonly status: Status;
  readonly evidence: string;
}

/** The rows of a payout that show that an assumption did not hold. */
export async function readBreaks({ ledger }: TestStack, reference: string): Promise<readonly Break[]> {
  const { rows } = await sql<Break>`
    select status, evidence from events where reference = ${reference} and is_break order by id`.execute(ledger.db);
  return rows;
}

/** What a payout has waited for, in order. */
export async function readWaits({ ledger }: TestStack, reference: string): Promise<readonly WaitingFor[]> {
  const { rows } = await sql<{ waitingFor: WaitingFor }>`
    select waiting_for as "waitingFor" from events where reference = ${reference} order by id`.execute(ledger.db);
  return rows.map(({ waitingFor }) => waitingFor);
}

/** How many status rows the ledger keeps of a payout. */
export async function countEvents({ ledger }: TestStack, reference: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from events where reference = ${reference}`.execute(ledger.db);
  return rows[0]?.count ?? 0;
}

/** Waits until the ledger says this of a payout. */
export const untilEvidence = async (stack: TestStack, reference: string, evidence: RegExp): Promise<Show> =>
  (await until(
    () => readShow(stack.ledger.db, reference),
    (shown) => shown !== undefined && evidence.test(shown.evidence),
    () => `the evidence ${evidence}`,
  )) as Show;

/** A look that comes late: Temporal may run a step again at any time, also after the payout has ended. */
export const lookLate = ({ ledger, env }: TestStack, reference: string): Promise<View> =>
  lookUp({ ledger, accounts: readServedAccounts(env), worker: 'a late one', clock: systemClock })({ reference });
