import type { ProviderName } from './plan.js';
import type { World } from './world.js';

const IDLE_POLLS = 3;

/** Watches the lists for all payouts, as `workflows/watch.ts` does: a group does not ask for those that will show up there. */
export class WatchCarrier {
  isAlive = true;

  constructor(
    private readonly world: World,
    private readonly provider: ProviderName,
  ) {}

  async run(): Promise<void> {
    let page = 1;
    let rowsPerPage: number | undefined;
    for (let idle = 0; ;) {
      const about = rowsPerPage === undefined ? {} : { rowsPerPage };
      const ended = await this.world.engine.watch({ provider: this.provider, account: 'default', page, ...about });
      if (ended.kind === 'refused') break;
      const poll = ended.view;
      ({ page, rowsPerPage } = poll);
      idle = poll.isIdle ? idle + 1 : 0;
      if (idle === IDLE_POLLS) break;
      await this.world.kernel.wait(poll.pauseMs);
    }
    this.isAlive = false;
  }
}
