import { groupId, type AccountPlan } from '../../src/payout/batch-input.js';
import type { PayoutRequest } from '../../src/payout/request.js';
import { PROVIDERS } from '../../src/providers/registry.js';
import type { CarrierOfRow, PlannedRow } from '../../src/ledger/batch-transaction.js';
import type { BatchDeps } from './input.js';

const PAGE = 1_000;

/** Says who carries each row. The same rows are planned alike, however often it is done. */
export const planBatch =
  ({ ledger }: BatchDeps) =>
  async ({ batchId }: { readonly batchId: string }): Promise<readonly AccountPlan[]> => {
    const plans = new Map<string, Planning>();
    for (let after = ''; ;) {
      const rows = await ledger.transaction((tx) => tx.rowsAfter(batchId, after, PAGE));
      const carriers = rows.map((row) => place(batchId, planOf(plans, row), row));
      await ledger.transaction((tx) => tx.assignCarriers(batchId, carriers));
      if (rows.length < PAGE) return [...plans.values()].map(({ filling: _filling, ...plan }) => plan);
      after = (rows.at(-1) as PlannedRow).reference;
    }
  };

interface Planning extends AccountPlan {
  groups: number;
  alone: number;
  /** The group of each key that still has room. */
  readonly filling: Map<string, { readonly number: number; rows: number }>;
}

function planOf(plans: Map<string, Planning>, { request: { provider, account } }: PlannedRow): Planning {
  const key = `${provider}/${account}`;
  const plan = plans.get(key) ?? { provider, account, groups: 0, alone: 0, filling: new Map() };
  plans.set(key, plan);
  return plan;
}

/** What is to be paid later needs a life of its own; the others share one with those of the same call. */
function place(batchId: string, plan: Planning, { reference, request }: PlannedRow): CarrierOfRow {
  if (request.scheduledAt !== undefined) {
    plan.alone += 1;
    return { reference, carrier: null };
  }
  const { most, key } = groupOf(request);
  let group = plan.filling.get(key);
  if (!group || group.rows === most) {
    group = { number: plan.groups, rows: 0 };
    plan.filling.set(key, group);
    plan.groups += 1;
  }
  group.rows += 1;
  return { reference, carrier: groupId(batchId, plan, group.number) };
}

function groupOf(request: PayoutRequest): { readonly most: number; readonly key: string } {
  const provider = PROVIDERS.find(({ name }) => name === request.provider);
  return provider
    ? { most: provider.group.most, key: provider.group.key(request) }
    : { most: 1, key: request.reference };
}
