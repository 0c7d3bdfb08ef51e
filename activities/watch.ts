import type { LedgerTransaction } from '../src/ledger/transaction.js';
import { isEnding } from '../src/payout/status.js';
import type { Hint, WatchInput, WatchPoll } from '../src/payout/watch-input.js';
import type { View } from '../src/payout/view.js';
import type { Deps, ServedAccount } from './deps.js';
import { SOON_MS } from './find-watched.js';
import { lookAndRecord } from './look-up.js';
import { accountOf, serve } from './served.js';
import { expectStanding } from './standing.js';
import { tellLeftOver } from './tell.js';
import { watchPage } from './watch-page.js';

/** Pages, or single payouts, that one poll reads for every page's worth of waiting payouts. */
const CALLS_PER_PAGE = 2;
const FEWEST_CALLS = 2;

/**
 * One poll of an account's lists for all payouts that wait on the provider. Reads page by page, the newest first, until all were
 * seen or the poll has made its share of calls; the next one goes on there. What changed is written down, then told.
 */
export const watch =
  (deps: Deps) =>
  async (input: WatchInput): Promise<WatchPoll> => {
    const served = serve(deps, input.provider, input.account);
    const { pollMs, watchMs } = served.timing;
    await tellLeftOver(deps, served);
    const { nowMs, waiting, hinted, isIdle } = await deps.ledger.transaction(async (tx) => {
      const { nowMs } = await expectStanding(tx, undefined);
      const { provider, account } = input;
      const soon = await tx.watchedAccounts([provider], SOON_MS);
      return {
        nowMs,
        waiting: await tx.watched(accountOf(served)),
        hinted: await findHinted(tx, served, input.hints),
        isIdle: !soon.some((one) => one.account === account),
      };
    });
    const pauses = { pauseMs: watchMs, leastPauseMs: Math.min(pollMs, watchMs) };
    const poll = { ...pauses, waiting: waiting.length, isIdle };
    const unseen = new Set(waiting.map(({ reference }) => reference));
    const named = new Set(hinted);
    const read =
      waiting.length === 0
        ? nothingToRead(input)
        : await readPages(deps, served, input, { unseen, named }, waiting.length, nowMs);
    const turn = read.isTooLong ? [...unseen].slice(0, read.callsLeft) : [];
    // Of what is said to have changed and did not show up in the lists: a date to come hides it there.
    const looked = await lookAt(deps, served, [...new Set([...turn, ...named])]);
    return { ...poll, page: read.page, rowsPerPage: read.rowsPerPage, calls: read.calls + looked };
  };

const nothingToRead = ({ rowsPerPage = 0 }: WatchInput): Read => ({
  page: 1,
  rowsPerPage,
  calls: 0,
  callsLeft: 0,
  isTooLong: false,
});

/** Those that are open, or may come back. Whatever else is said to have changed is none of ours, or shows up in the lists. */
async function findHinted(
  tx: LedgerTransaction,
  served: ServedAccount,
  hints: readonly Hint[] = [],
): Promise<readonly string[]> {
  if (hints.length === 0) return [];
  const ids = hints.flatMap(({ providerReference }) => providerReference ?? []);
  const tags = hints.flatMap(({ reference }) => reference ?? []);
  const listed = await tx.listed(accountOf(served), ids, tags);
  return listed
    .filter(({ status, mayReturn }) => !isEnding(status) || (status === 'sent' && mayReturn))
    .map(({ reference }) => reference);
}

interface Read {
  /** Where the next poll goes on. */
  readonly page: number;
  readonly rowsPerPage: number;
  readonly calls: number;
  readonly callsLeft: number;
  /** To read the whole list would take more calls than to ask for each payout that waits. */
  readonly isTooLong: boolean;
}

/** Nobody documents how many rows a page may hold: the longest page seen tells. */
async function readPages(
  deps: Deps,
  served: ServedAccount,
  { page, rowsPerPage: known = 0 }: WatchInput,
  { unseen, named }: { readonly unseen: Set<string>; readonly named: Set<string> },
  waiting: number,
  askedAtMs: number,
): Promise<Read> {
  let number = page;
  let rowsPerPage = known;
  for (let calls = 1; ; calls += 1) {
    const read = await served.account.readPage?.(number);
    if (read?.kind !== 'page') return { page: number, rowsPerPage, calls, callsLeft: 0, isTooLong: false };
    rowsPerPage = Math.max(rowsPerPage, read.rows.length, 1);
    for (const reference of await watchPage(deps, served, read.rows, askedAtMs)) {
      unseen.delete(reference);
      named.delete(reference);
    }
    const share = Math.max(FEWEST_CALLS, Math.ceil((CALLS_PER_PAGE * waiting) / rowsPerPage));
    const pages = read.total === undefined ? undefined : Math.ceil(read.total / rowsPerPage);
    const isTooLong = pages !== undefined && pages > Math.max(share, waiting);
    const callsLeft = Math.max(0, share - calls);
    const isLast = read.rows.length < rowsPerPage || number === pages;
    if (unseen.size === 0 || isLast || isTooLong) return { page: 1, rowsPerPage, calls, callsLeft, isTooLong };
    number += 1;
    if (callsLeft === 0) return { page: number, rowsPerPage, calls, callsLeft, isTooLong };
  }
}

async function lookAt(deps: Deps, served: ServedAccount, references: readonly string[]): Promise<number> {
  if (references.length === 0) return 0;
  const views = new Map<string, View>();
  for (const reference of references) views.set(reference, await lookAndRecord(deps, { reference }, 'untold'));
  await tellLeftOver(deps, served, views);
  return references.length;
}
