import type { GroupDeps } from './input.js';

/** What needs a life of its own gets it. The ledger says so first: whoever dies in between, the sweep starts what has no carrier. */
export async function handOver({ ledger, carriers }: GroupDeps, references: readonly string[]): Promise<void> {
  await ledger.transaction((tx) => tx.handOver(references, null));
  if (!carriers) return;
  for (const reference of references) await carriers.nudge(reference);
}
