import type { GroupInput, GroupTurn } from '../../src/payout/group-input.js';
import { serve } from '../served.js';
import { advanceEach } from './advance-each.js';
import { advanceTogether } from './advance-together.js';
import { handOver } from './hand-over.js';
import type { GroupDeps } from './input.js';

/** Takes the payouts of a group as far as they can go now. May be run as often as anybody likes: the ledger decides, as for one. */
export const advanceGroup =
  (deps: GroupDeps) =>
  async (input: GroupInput): Promise<GroupTurn> => {
    const served = serve(deps, input.provider, input.account);
    const { account, provider } = served;
    const turn = account.bulk
      ? await advanceTogether(deps, served, account.bulk, input)
      : await advanceEach(deps, served, input);
    if (turn.leaving.length > 0) await handOver(deps, turn.leaving);
    if (turn.isWatched && deps.carriers) await deps.carriers.watch(provider.name, served.name).catch(() => undefined);
    const { open, pauseMs, ledgerId } = turn;
    return { open, ledgerId, ...(pauseMs === undefined ? {} : { pauseMs }) };
  };
