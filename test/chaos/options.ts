export interface ChaosOptions {
  readonly payouts: number;
  readonly seed: number;
  /** How long payouts are started and things are killed; the settling comes on top of it. */
  readonly minutes: number;
  readonly killEveryMs: number;
  readonly workers: number;
  /**
   * How long everything gets to come to rest, before and again after people have spoken. Unless given: as long as the chaos was, and five
   * minutes more, since the pauses between two looks grow to half the age of the question.
   */
  readonly settleMs?: number | undefined;
  /** Whether a person who knows the journal ends the doubts, truthfully. */
  readonly resolve: boolean;
}

/** Tells the person who watches. */
export type Log = (line: string) => void;

export const durationMs = ({ minutes }: ChaosOptions): number => minutes * 60_000;

export const mayTakeMs = ({ settleMs }: ChaosOptions, chaosMs: number): number => settleMs ?? chaosMs + 5 * 60_000;
