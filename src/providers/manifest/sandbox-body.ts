export interface CreateBody {
  readonly accountConnection: string;
  readonly amountMinor: number;
  readonly description: string;
  readonly dateMs: number | undefined;
  readonly userData: Readonly<Record<string, unknown>>;
}

export type Read<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'bad'; readonly message: string };

type Fields = Readonly<Record<string, unknown>>;

/** Reads the body of one payout, and refuses it for the reasons that the real one documents. */
export function readCreate(fields: Fields): Read<CreateBody> {
  const { account_connection: accountConnection, amount_in_cents: amountMinor, description, date, user_data: userData = {} } = fields;
  if (typeof accountConnection !== 'string' || accountConnection === '') return bad('account_connection is required.');
  if (typeof amountMinor !== 'number' || !Number.isSafeInteger(amountMinor) || amountMinor <= 0)
    return bad('amount_in_cents must be a positive integer.');
  if (accountConnection.startsWith('acon_refused'))
    return bad("You have not requested the 'payment.credit' permission from this account connection.");
  if (accountConnection.startsWith('acon_deleted')) return bad('Deleted account connections cannot receive payouts.');
  if (description !== undefined && typeof description !== 'string') return bad('description must be a string.');
  const dateMs = typeof date === 'string' ? Date.parse(date) : undefined;
  if (date !== undefined && (dateMs === undefined || Number.isNaN(dateMs))) return bad('date must be an ISO 8601 date.');
  if (!isObject(userData) || Buffer.byteLength(JSON.stringify(userData)) >= 1024)
    return bad('user_data must be an object of less than 1KB.');
  const value = { accountConnection, amountMinor, description: description ?? 'Payment from Sandbox', dateMs, userData };
  return { kind: 'read', value };
}

export function parseObject(body: string): Fields | undefined {
  try {
    const json = JSON.parse(body) as unknown;
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bad = (message: string): { kind: 'bad'; message: string } => ({ kind: 'bad', message });
