import type { SandboxCreate } from './sandbox-payouts.js';

export type Read<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'bad'; readonly message: string };

type Fields = Readonly<Record<string, unknown>>;

/** Reads one payout, and refuses it for the reasons that the real one documents. */
export function readCreate(row: unknown, mostAmountMinor: number): Read<SandboxCreate> {
  if (!isObject(row)) return bad('A payout must be an object.');
  const { account_connection: accountConnection, amount_in_cents: amountMinor } = row;
  if (typeof accountConnection !== 'string' || accountConnection === '') return bad('account_connection is required.');
  if (typeof amountMinor !== 'number' || !Number.isSafeInteger(amountMinor) || amountMinor <= 0)
    return bad('amount_in_cents must be a positive integer.');
  if (amountMinor > mostAmountMinor) return bad(`Payouts are limited to $${(mostAmountMinor / 100).toFixed(2)}.`);
  if (accountConnection.startsWith('acon_refused'))
    return bad("You have not requested the 'payment.credit' permission from this account connection.");
  if (accountConnection.startsWith('acon_deleted')) return bad('Deleted account connections cannot receive payouts.');
  const rest = readRest(row);
  if (rest.kind === 'bad') return rest;
  const { description = 'Payment from Sandbox', dateMs, userData = {} } = rest.value;
  return { kind: 'read', value: { accountConnection, amountMinor, description, dateMs, userData } };
}

export interface SandboxUpdate extends Partial<Pick<SandboxCreate, 'description' | 'userData'>> {
  readonly dateMs?: number;
  readonly cancels: boolean;
}

/** Reads a change. What cannot be changed is ignored. */
export function readUpdate(body: unknown): Read<SandboxUpdate> {
  if (!isObject(body)) return bad('The body must be an object.');
  const rest = readRest(body);
  return rest.kind === 'bad'
    ? rest
    : { kind: 'read', value: { ...rest.value, cancels: body['status'] === 'canceled' } };
}

/** The fields that may be given at once and changed later. */
function readRest({ description, date, user_data: userData }: Fields): Read<Omit<SandboxUpdate, 'cancels'>> {
  if (description !== undefined && typeof description !== 'string') return bad('description must be a string.');
  const dateMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  if (date !== undefined && Number.isNaN(dateMs)) return bad('date must be an ISO 8601 date/time string.');
  if (userData !== undefined && (!isObject(userData) || Buffer.byteLength(JSON.stringify(userData)) >= 1024))
    return bad('user_data must be an object of less than 1KB.');
  const value = {
    ...(description === undefined ? {} : { description }),
    ...(date === undefined ? {} : { dateMs }),
    ...(userData === undefined ? {} : { userData }),
  };
  return { kind: 'read', value };
}

export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const bad = (message: string): { kind: 'bad'; message: string } => ({ kind: 'bad', message });
