/** The path that pays a bulk; kept in the ledger, so it is the only place where the bulk's id lives on. */
export const payPath = (bulkId: string): string => `/bulk-bonus-payments/${bulkId}/pay/`;

/** The same for whoever traces. */
export const PAY_ROUTE = payPath('{id}');

export const bulkIdOf = (path: string): string | undefined => /^\/bulk-bonus-payments\/([^/]+)\/pay\/$/.exec(path)?.[1];
