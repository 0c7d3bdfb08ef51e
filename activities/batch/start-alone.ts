import type { GroupDeps } from '../group/input.js';

const PAGE = 500;

/** Starts a workflow for each row of an account that needs a life of its own. One that runs already is only asked to look. */
export const startAlone =
  ({ ledger, carriers }: GroupDeps) =>
  async (input: { batchId: string; provider: string; account: string; after: string }): Promise<{ after?: string }> => {
    const rows = await ledger.transaction((tx) => tx.openAlone(input.batchId, input, input.after, PAGE));
    for (const reference of rows) await carriers?.nudge(reference);
    const last = rows.at(-1);
    return rows.length < PAGE || last === undefined ? {} : { after: last };
  };
