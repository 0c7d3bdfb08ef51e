import type { GroupInput } from '../../src/payout/group-input.js';
import type { World } from './world.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** More steps than these one after another, without any wait, would never end. */
const MOST_AT_ONCE = 6;

/** Drives several payouts as `workflows/group.ts` does: takes a step for all of them, waits, and ends when none is left. */
export class GroupCarrier {
  isAlive = true;

  constructor(
    private readonly world: World,
    readonly input: GroupInput,
    readonly name: string,
  ) {}

  async run(): Promise<void> {
    const { engine, kernel } = this.world;
    let current = this.input;
    let atOnce = 0;
    for (let quietMs = FIRST_PAUSE_MS; ; quietMs = Math.min(LONGEST_PAUSE_MS, quietMs * 2)) {
      const ended = await engine.advance(current, () => this.isAlive);
      if (!this.isAlive) return;
      if (ended.kind === 'refused') return this.end(`is refused: ${ended.message}`);
      const { open, ledgerId, pauseMs = quietMs } = ended.view;
      if (open === 0) return this.end('ends');
      current = { ...this.input, ledgerId };
      atOnce = pauseMs > 0 ? 0 : atOnce + 1;
      if (atOnce > MOST_AT_ONCE) {
        this.world.violated(this.input.carrier, 'it spins: a group takes step after step');
        return this.end('is stopped');
      }
      await kernel.wait(Math.min(pauseMs, LONGEST_PAUSE_MS));
      if (!this.isAlive) return;
    }
  }

  /** Its steps under way go on, and nobody hears of them. */
  terminate(): void {
    this.isAlive = false;
  }

  private end(how: string): void {
    this.isAlive = false;
    this.world.log(this.name, how);
  }
}
