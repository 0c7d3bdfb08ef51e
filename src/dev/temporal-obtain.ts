import type { Log } from './progress.js';

/** A way to get the Temporal CLI onto this machine. */
export type Obtain = (task: ObtainTask) => Promise<Obtained>;

export interface ObtainTask {
  /** An empty folder of its own; what is left in it afterwards is thrown away. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export type Obtained =
  { readonly kind: 'obtained'; readonly path: string } | { readonly kind: 'not_obtained'; readonly reason: string };
