/** Every error that the library throws on purpose has a stable `code`, which also is the Temporal failure's `type`. */
export class PayoutsError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

export const ERROR_CODES = [
  'InvalidRequest',
  'ReferenceConflict',
  'BatchConflict',
  'NotFound',
  'DecisionRefused',
  'LedgerMismatch',
  'LedgerNotAccepted',
  'LedgerSchema',
  'LedgerUnreachable',
  'ServerUnreachable',
  'NotServed',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Thrown when a request is not of the form that DESIGN's interface gives. Names every bad field and the mend. */
export class InvalidRequest extends PayoutsError {
  constructor(message: string) {
    super('InvalidRequest', message);
  }
}

/** Thrown when a reference is already claimed with other content. Names the field that differs. */
export class ReferenceConflict extends PayoutsError {
  constructor(message: string) {
    super('ReferenceConflict', message);
  }
}

/** Thrown when a batch's id already stands for other rows. */
export class BatchConflict extends PayoutsError {
  constructor(batchId: string) {
    super('BatchConflict', `batch ${batchId} already has other rows: choose another --id, or leave it out`);
  }
}

/** Thrown when no payout has this reference. */
export class NotFound extends PayoutsError {
  constructor(reference: string) {
    super('NotFound', `no payout has the reference ${reference}`);
  }
}

/** Thrown when a decision cannot be taken now, such as `resolve` before absence could be known. Says when or why. */
export class DecisionRefused extends PayoutsError {
  constructor(message: string) {
    super('DecisionRefused', message);
  }
}

/** Thrown by a worker that is connected to another ledger than the one that the workflow began with. */
export class LedgerMismatch extends PayoutsError {
  constructor(message: string) {
    super('LedgerMismatch', message);
  }
}

/** Thrown when the database was restored or promoted and nobody has said `payouts accept-ledger` yet. Nothing is paid meanwhile. */
export class LedgerNotAccepted extends PayoutsError {
  constructor(message: string) {
    super('LedgerNotAccepted', message);
  }
}

/** Thrown when the ledger's schema is older or newer than this program. */
export class LedgerSchema extends PayoutsError {
  constructor(message: string) {
    super('LedgerSchema', message);
  }
}

/** Thrown when the ledger's database cannot be reached. */
export class LedgerUnreachable extends PayoutsError {
  constructor(message: string, options?: ErrorOptions) {
    super('LedgerUnreachable', message, options);
  }
}

/** Thrown when the Temporal server cannot be reached. */
export class ServerUnreachable extends PayoutsError {
  constructor(message: string, options?: ErrorOptions) {
    super('ServerUnreachable', message, options);
  }
}

/** Thrown by a worker that has no credentials for the account of a payout. */
export class NotServed extends PayoutsError {
  constructor(message: string) {
    super('NotServed', message);
  }
}
