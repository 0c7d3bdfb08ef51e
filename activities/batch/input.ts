import type { GroupDeps } from '../group/input.js';

/** What the steps of a batch work with that need no account. */
export type BatchDeps = Pick<GroupDeps, 'ledger'>;
