import type { Report } from './simulate.js';

/** What the simulation found and is not mended: told here with its reason, and found anew by each run until it is. */
export interface OpenFinding {
  readonly name: string;
  /** Where it is found, with at most so many deviations, of these options. */
  readonly plan: string;
  readonly most: number;
  readonly options?: readonly string[];
  /** What the violation says. */
  readonly what: RegExp;
}

export const OPEN: readonly OpenFinding[] = [
  {
    name: 'a person says "paid" while the records cannot be read; a later look proves that nothing was, and records nothing',
    plan: 'respondent: wrongly said paid',
    most: 1,
    options: ['no answer'],
    what: /^sent although nothing was paid, and nobody can see it \(a person said paid, which is wrong\)$/,
  },
  {
    name: 'a record that was read before a cancel, and written after it, brings the payout back for a while',
    plan: 'manifest: at a date',
    most: 2,
    options: ['cancel', 'freezes for long'],
    what: /^a break is recorded although no assumption was broken$/,
  },
  {
    name: 'a 401 that had paid, which its table denies: nobody looks for the twin that the repeat makes',
    plan: 'manifest: requests may be very late',
    most: 1,
    options: ['401 paid'],
    what: /^paid twice, and nobody can see it \(.*a refusal paid.*\)$/,
  },
];

/** The violations of a schedule that nobody knows yet. */
export const unknownOf = ({ violations }: Report): Report['violations'] =>
  violations.filter(({ what }) => !OPEN.some((one) => one.what.test(what)));
