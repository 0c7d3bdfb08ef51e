import type { Payment } from '../../src/sandbox/provider.js';
import type { Machine } from './machine.js';
import type { Plan } from './plan.js';
import type { Site } from './sites.js';

/** A payment that one of our requests made: the one of that index in a site's own journal. */
export interface Paid {
  readonly site: Site;
  readonly index: number;
  readonly machine: Machine;
  readonly atMs: number;
}

/** What was really paid, and by whose request: what nobody inside of the world can know. */
export class Journal {
  private readonly ours: Paid[] = [];
  private readonly others: { readonly reference: string; readonly atMs: number }[] = [];

  constructor(private readonly plan: Plan) {}

  add(paid: Paid): Payment {
    this.ours.push(paid);
    return paymentOf(paid);
  }

  addOther(reference: string, atMs: number): void {
    this.others.push({ reference, atMs });
  }

  /** How many payments of a reference moved money by our requests, or will. */
  active(reference: string): number {
    return this.of(reference).filter(isActive).length;
  }

  paidByOthers(reference: string): number {
    return this.others.filter((one) => one.reference === reference).length;
  }

  /** Whether the provider's records show a payment at that moment, whoever made it. */
  shows(reference: string, atMs: number): boolean {
    const own = this.of(reference).filter(({ site }) => site.name === 'ordinary');
    return own.some((paid) => this.isShown(paid, atMs) && isActive(paid)) || this.showsOthers(reference, atMs);
  }

  /** How many payments of our own requests the records show at that moment. */
  shownOurs(reference: string, atMs: number, afterMs = 0): number {
    return this.of(reference).filter((paid) => paid.atMs > afterMs && this.isShown(paid, atMs)).length;
  }

  showsOthers(reference: string, atMs: number, afterMs = 0): boolean {
    return this.others.some((one) => one.reference === reference && one.atMs > afterMs && this.isShown(one, atMs));
  }

  private of(reference: string): readonly Paid[] {
    return this.ours.filter((paid) => paid.machine.reference === reference);
  }

  private isShown(paid: { readonly atMs: number }, atMs: number): boolean {
    return paid.atMs + this.plan.lagMs <= atMs;
  }
}

/** What a request asks for, minor units. */
export function askedFor(plan: Plan, reference: string): number | undefined {
  const request = plan.requests.find((one) => one.reference === reference);
  return request && amountOf(request);
}

export const amountOf = (request: Readonly<Record<string, unknown>>): number =>
  Number(request['amountMinor'] ?? INCENTIVE_MINOR + Number(request['tipMinor'] ?? 0));

/** What every simulated project of Respondent pays. */
const INCENTIVE_MINOR = 5_000;

const paymentOf = ({ site, index }: Paid): Payment => site.provider.payments()[index] as Payment;

const isActive = (paid: Paid): boolean => paymentOf(paid).state !== 'undone';
