/** Starts a batch, or goes on with it. */
export interface BatchInput {
  readonly batchId: string;
  /** Its rows are known, so that it need not wait for them. */
  readonly isComplete?: boolean;
  /** Its groups have been started. */
  readonly hasStarted?: boolean;
}

/** Some rows of a file. */
export interface AddInput {
  readonly batchId: string;
  readonly columns: readonly string[];
  /** A list of rows as JSON, gzipped, in base64. */
  readonly packed: string;
}

export interface Added {
  /** The file was complete before. */
  readonly isComplete: boolean;
}

/** How the rows of one account are carried. */
export interface AccountPlan {
  readonly provider: string;
  readonly account: string;
  /** How many groups there are, from 0. */
  readonly groups: number;
  /** How many rows have a life of their own. */
  readonly alone: number;
}

/** The workflow that carries a group of a batch. */
export const groupId = (
  batchId: string,
  { provider, account }: Omit<AccountPlan, 'groups' | 'alone'>,
  number: number,
) => `batch/${batchId}/${provider}/${account}/${number}`;

export const batchWorkflowId = (batchId: string): string => `batch/${batchId}`;
