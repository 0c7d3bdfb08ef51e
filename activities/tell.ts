import type { View } from '../src/payout/view.js';
import type { Deps, ServedAccount } from './deps.js';

/** Tells a payout's carrier what was written down without it. It stays marked as untold until that went through. */
export async function tell({ carriers, ledger }: Deps, view: View): Promise<void> {
  if (!carriers) return;
  await carriers.tell(view);
  await ledger.transaction((tx) => tx.told([view.reference]));
}

/**
 * Those of whom something was written down that they have not heard: they are told, where it was just read. Of whom a watcher died
 * in between, or Temporal was away, they look for themselves.
 */
export async function tellLeftOver(
  { carriers, ledger }: Deps,
  { provider, name }: ServedAccount,
  views: ReadonlyMap<string, View> = new Map(),
): Promise<void> {
  if (!carriers) return;
  const references = await ledger.transaction((tx) => tx.untold({ provider: provider.name, account: name }));
  for (const reference of references) {
    const view = views.get(reference);
    await (view ? carriers.tell(view) : carriers.nudge(reference));
    await ledger.transaction((tx) => tx.told([reference]));
  }
}
