import type { WatchInput, WatchPoll } from '../src/payout/watch-input.js';
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
    const { waiting, isIdle } = await deps.ledger.transaction(async (tx) => {
      await expectStanding(tx, undefined);
      const { provider, account } = input;
      const soon = await tx.watchedAccounts([provider], SOON_MS);
      return { waiting: await tx.watched(accountOf(served)), isIdle: !soon.some((one) => one.account === account) };
    });
    const pauses = { pauseMs: watchMs, leastPauseMs: Math.min(pollMs, watchMs) };
    const poll = { ...pauses, waiting: waiting.length, isIdle };
    if (waiting.length === 0) return { ...poll, page: 1, rowsPerPage: input.rowsPerPage ?? 0, calls: 0 };
    const unseen = new Set(waiting.map(({ reference }) => reference));
    const read = await readPages(deps, served, input, unseen, waiting.length);
    const looked = read.isTooLong ? await lookAt(deps, served, [...unseen].slice(0, read.callsLeft)) : 0;
    return { ...poll, page: read.page, rowsPerPage: read.rowsPerPage, calls: read.calls + looked };
  };

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
  unseen: Set<string>,
  waiting: number,
): Promise<Read> {
  let number = page;
  let rowsPerPage = known;
  for (let calls = 1; ; calls += 1) {
    const read = await served.account.readPage?.(number);
    if (read?.kind !== 'page') return { page: number, rowsPerPage, calls, callsLeft: 0, isTooLong: false };
    rowsPerPage = Math.max(rowsPerPage, read.rows.length, 1);
    for (const reference of await watchPage(deps, served, read.rows)) unseen.delete(reference);
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
  for (const reference of references) await lookAndRecord(deps, { reference }, 'untold');
  await tellLeftOver(deps, served);
  return references.length;
}
