/** A moment at which something else than the ordinary may happen. */
export interface Point {
  readonly number: number;
  /** Who is at it, and where, such as `w1 submit: POST /payout leaves`. */
  readonly where: string;
  /** What else may happen here than that it simply goes on. */
  readonly options: readonly string[];
}

/** Says what happens at a point: one of its options, or nothing in particular. */
export type Chooser = (point: Point) => string | undefined;

/** What is made to happen, by the number of the point. */
export type Deviations = ReadonlyMap<number, string>;

export const asPlanned =
  (deviations: Deviations): Chooser =>
  ({ number, options }) => {
    const wanted = deviations.get(number);
    return wanted !== undefined && options.includes(wanted) ? wanted : undefined;
  };

/** At each point something happens with this probability. */
export const byChance =
  (random: () => number, probability: number): Chooser =>
  ({ options }) =>
    options.length > 0 && random() < probability ? options[Math.floor(random() * options.length)] : undefined;

/** `3:dies,9:late`, and back. */
export const inWords = (deviations: Deviations): string =>
  [...deviations].map(([number, option]) => `${number}:${option}`).join(',');

export function fromWords(text: string): Deviations {
  const pairs = text.split(',').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [, number, option] = /^(\d+):(.+)$/.exec(pair) ?? [];
      if (number === undefined || option === undefined) throw new Error(`"${pair}" is not of the form 3:dies`);
      return [Number(number), option];
    }),
  );
}
