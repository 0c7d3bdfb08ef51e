import type { Claimed } from '../ledger/read-claimed.js';
import { currencyOf, requestedMinor } from '../payout/show.js';
import type { PayoutRequest } from '../payout/request.js';
import type { Status } from '../payout/status.js';
import { findProvider } from '../providers/registry.js';
import type { Fees } from '../providers/balance.js';

export interface Sum {
  readonly rows: number;
  /** Of the rows whose amount is known before. */
  readonly amountMinor: number;
  /** Rows whose amount the provider sets. */
  readonly withoutAmount: number;
}

/** What one account is to pay in one study and one currency. */
export interface Group {
  readonly provider: string;
  readonly account: string;
  readonly study: string | null;
  readonly currency: string;
  /** All rows of the file. */
  readonly all: Sum;
  /** Rows that the ledger knows already, for the same content, by status. They are not paid again. */
  readonly claimed: Readonly<Partial<Record<Status, number>>>;
  /** Rows that are new. */
  readonly fresh: Sum;
  /** On top of what is fresh, where the provider's documents say. */
  readonly fees: Fees | null;
}

/** What a file would do, by provider, account, study and currency, in that order. */
export function summarize(
  requests: readonly PayoutRequest[],
  claimed: ReadonlyMap<string, Pick<Claimed, 'status'>>,
): readonly Group[] {
  const groups = new Map<string, PayoutRequest[]>();
  for (const request of requests) {
    const key = JSON.stringify([request.provider, request.account, studyOf(request), currencyOf(request)]);
    const members = groups.get(key);
    if (members) members.push(request);
    else groups.set(key, [request]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, members]) => toGroup(members, claimed));
}

function toGroup(members: readonly PayoutRequest[], claimed: ReadonlyMap<string, Pick<Claimed, 'status'>>): Group {
  const [first] = members as readonly [PayoutRequest];
  const fresh = addUp(members.filter(({ reference }) => !claimed.has(reference)));
  const statuses: Partial<Record<Status, number>> = {};
  for (const { reference } of members) {
    const status = claimed.get(reference)?.status;
    if (status !== undefined) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return {
    provider: first.provider,
    account: first.account,
    study: studyOf(first),
    currency: currencyOf(first),
    all: addUp(members),
    claimed: statuses,
    fresh,
    fees: findProvider(first.provider)?.feesOf?.(fresh.amountMinor) ?? null,
  };
}

function addUp(requests: readonly PayoutRequest[]): Sum {
  const amounts = requests.map(requestedMinor);
  return {
    rows: requests.length,
    amountMinor: amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0),
    withoutAmount: amounts.filter((amount) => amount === null).length,
  };
}

const studyOf = (request: PayoutRequest): string | null => findProvider(request.provider)?.studyOf?.(request) ?? null;
