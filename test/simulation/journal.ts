import { parseRequest } from '../../src/providers/parse-request.js';
import { journalKey } from '../../src/sandbox/registry.js';
import type { Payment } from '../../src/sandbox/provider.js';
import type { Machine, Opened } from './machine.js';
import { lagOf, type Plan } from './plan.js';
import type { Site } from './sites.js';

/** A payment that one of our requests made: the one of that index in a site's own journal. */
export interface Paid {
  readonly reference: string;
  readonly site: Site;
  readonly index: number;
  /** The exchange that was written down for it. */
  readonly opened: Opened | undefined;
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
    return this.ours.filter((paid) => paid.reference === reference);
  }

  private isShown(paid: { readonly reference: string; readonly atMs: number }, atMs: number): boolean {
    return paid.atMs + lagOf(this.plan, paid.reference) <= atMs;
  }
}

/**
 * Which payout a payment is for: the one whose step asked for it, or, where one call asks for several, the one whose key it has. Of two
 * with one key it is the one that was asked for.
 */
export function whoseIs(plan: Plan, machine: Machine, opened: Opened | undefined, { key }: Payment): string {
  if (machine.group === undefined) return machine.reference;
  if (opened && !opened.isShared) return opened.references[0] as string;
  const same = plan.requests.filter((request) => journalKey(parseRequest(request), null) === key);
  const asked = same.find(({ reference }) => opened?.references.includes(reference));
  return (asked ?? same[0])?.reference ?? key;
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
