import { findOverdueGroups } from '../../activities/batch/find-overdue-groups.js';
import { claimOrCompare } from '../../activities/claim.js';
import { findOverdue } from '../../activities/find-overdue.js';
import { findWatched } from '../../activities/find-watched.js';
import { hashCredentials } from '../../activities/served.js';
import { expectStanding } from '../../activities/standing.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { groupId } from '../../src/payout/batch-input.js';
import type { Status } from '../../src/payout/status.js';
import type { Timing } from '../../src/payout/timing.js';
import type { PayoutInput } from '../../src/payout/view.js';
import type { SandboxReply } from '../../src/sandbox/provider.js';
import { MemoryLedger } from '../activities/memory-ledger.js';
import { Carrier } from './carrier.js';
import { CONTROL, payControl } from './control.js';
import { checkEnd } from './check-end.js';
import { Checks } from './checks.js';
import { checkOpened } from './check-shared.js';
import type { Chooser } from './choices.js';
import { Engine } from './engine.js';
import { GroupCarrier } from './group-carrier.js';
import { whoseIs } from './journal.js';
import { Kernel } from './kernel.js';
import type { Machine, Opened } from './machine.js';
import { Network } from './network.js';
import { freezeMs } from './options.js';
import { intervene } from './interventions.js';
import { Person } from './person.js';
import type { Intervention, Odd, Plan } from './plan.js';
import { makeSites, serve } from './providers.js';
import type { Called, Site, WireRequest } from './sites.js';
import { WatchCarrier } from './watch-carrier.js';
import type { Written } from './worker.js';

const SWEEP_EVERY_MS = 5 * 60_000;

/** Everything that a schedule happens in: the ledger, the providers, Temporal, people, and the time. */
export class World {
  readonly kernel = new Kernel();
  readonly engine = new Engine(this);
  readonly network = new Network(this);
  readonly checks: Checks;
  readonly ledger: MemoryLedger;
  readonly sites: readonly Site[];
  readonly machines = new Set<Machine>();
  readonly carriers: Carrier[] = [];
  readonly groups: GroupCarrier[] = [];
  private watcher: WatchCarrier | undefined;
  readonly trace: string[] = [];
  /** Paying requests that are still on their way to the provider. */
  travelling = 0;
  /** From then on points offer something else than the ordinary. */
  isOpen = false;
  pointsTaken = 0;
  readonly timing: Timing;
  private readonly odd = new Map<Odd, MemoryLedger>();
  private readonly intervened = new Set<Intervention>();
  private fates: readonly string[];

  constructor(
    readonly plan: Plan,
    private readonly chooser: Chooser,
  ) {
    const nowMs = () => this.kernel.nowMs;
    this.ledger = new MemoryLedger({ nowMs });
    this.sites = makeSites(plan, nowMs);
    this.timing = serve(plan, this.sites[0] as Site).timing;
    this.fates = plan.fates;
    this.checks = new Checks(this);
  }

  /** Runs the plan to its end. What was found wrong stands in `checks.violations`. */
  async run(): Promise<void> {
    if (this.plan.provider === 'manifest' && this.plan.hasControl !== false) await payControl(this);
    const person = new Person(this);
    await this.startGroups();
    for (const request of this.plan.requests) {
      await this.prepareOdd(request);
      if (!this.isGrouped(request.reference)) this.start(request);
      this.kernel.plan(this.kernel.nowMs, () => void person.watch(request.reference));
    }
    this.sweepLater();
    this.isOpen = true;
    const untilMs = this.kernel.nowMs + this.plan.horizonMs;
    await this.kernel.run(untilMs, () => this.isOver());
    this.isOpen = false;
    await checkEnd(this);
  }

  private async prepareOdd(request: PayoutInput): Promise<void> {
    for (const odd of ['other ledger', 'restored ledger'] as const) {
      if (!this.plan.odd.includes(odd)) continue;
      const nowMs = () => this.kernel.nowMs;
      const ledger =
        this.odd.get(odd) ?? new MemoryLedger({ nowMs, ledgerId: odd === 'other ledger' ? 'other' : 'memory' });
      this.odd.set(odd, ledger);
      const served = serve(this.plan, this.sites[0] as Site);
      ledger.accepted = true;
      await ledger.transaction(async (tx) =>
        claimOrCompare(tx, await expectStanding(tx, undefined), served, parseRequest(request)),
      );
      ledger.accepted = odd !== 'restored ledger';
    }
  }

  start(input: PayoutInput): Carrier {
    const carrier = new Carrier(this, input, `carrier ${this.carriers.length + 1}`);
    this.carriers.push(carrier);
    this.log(carrier.name, `starts ${input.reference}${input.provider === undefined ? ' by reference' : ''}`);
    this.kernel.plan(this.kernel.nowMs, () => void carrier.run());
    return carrier;
  }

  /** As a batch does it: all rows are claimed before any is paid. */
  private async startGroups(): Promise<void> {
    const { provider, groups = [], requests } = this.plan;
    const { account, name } = serve(this.plan, this.sites[0] as Site);
    const ids = groups.map((_group, number) => groupId('file', { provider, account: name }, number));
    await this.ledger.transaction(async (tx) => {
      const credentials = hashCredentials(account.secret, (await tx.standing()).salt);
      const claims = groups.flatMap((references, number) =>
        references.map((reference) => {
          const request = parseRequest(requests.find((one) => one.reference === reference));
          const { host } = account;
          return { reference, provider, account: name, host, credentials, request, carrier: ids[number] as string };
        }),
      );
      await tx.claimAll(claims);
    });
    for (const id of ids) this.startGroup(id);
  }

  startGroup(id: string): void {
    if (this.groupCarrierOf(id)) return;
    const input = { carrier: id, provider: this.plan.provider, account: 'default' };
    const carrier = new GroupCarrier(this, input, `group ${this.groups.length + 1}`);
    this.groups.push(carrier);
    this.log(carrier.name, 'starts');
    this.kernel.plan(this.kernel.nowMs, () => void carrier.run());
  }

  groupCarrierOf(id: string | null): GroupCarrier | undefined {
    return this.groups.findLast(({ input, isAlive }) => isAlive && input.carrier === id);
  }

  private isGrouped(reference: string): boolean {
    return this.plan.groups?.some((references) => references.includes(reference)) === true;
  }

  async startWatch(): Promise<void> {
    if (this.watcher?.isAlive) return;
    const watcher = new WatchCarrier(this, this.plan.provider);
    this.watcher = watcher;
    this.kernel.plan(this.kernel.nowMs, () => void watcher.run());
  }

  /** Has whoever carries it look; where nobody does, it is started by reference alone. */
  async nudge(reference: string): Promise<void> {
    const carrier = this.carrierOf(reference);
    if (carrier) carrier.nudge();
    else this.start({ reference });
  }

  carrierOf(reference: string): Carrier | undefined {
    return this.carriers.findLast((carrier) => carrier.input.reference === reference && carrier.isAlive);
  }

  /** Nobody is forgotten: who is late and has no carrier gets one, as `workflows/sweep.ts` does it. */
  private sweepLater(): void {
    this.kernel.plan(this.kernel.nowMs + SWEEP_EVERY_MS, () => void this.sweep());
  }

  private async sweep(): Promise<void> {
    const { references } = await findOverdue({ ledger: this.ledger })({ after: '' });
    for (const reference of references) if (!this.carrierOf(reference)) this.start({ reference });
    if (this.plan.groups !== undefined) await this.sweepGroups();
    this.sweepLater();
  }

  private async sweepGroups(): Promise<void> {
    if ((await findWatched({ ledger: this.ledger })()).length > 0) await this.startWatch();
    for (const { carrier } of await findOverdueGroups({ ledger: this.ledger })()) this.startGroup(carrier);
  }

  /**
   * Something else may happen here, and where it matters something may come from outside. Tells what becomes of the action itself, if
   * it is not simply carried out.
   */
  pauseAt(machine: Machine, where: string, options: readonly string[]): string | undefined {
    if (machine.isCalm) return undefined;
    const offered = options.includes('freezes a minute') ? this.plan.interventions : [];
    const interventions = offered.filter((one) => !this.intervened.has(one));
    const chosen = this.choose(`${machine.name}: ${where}`, [...options, ...interventions]);
    const ms = chosen === undefined ? undefined : freezeMs(chosen, this.plan);
    if (chosen === undefined) return undefined;
    if (ms !== undefined) {
      machine.freeze(ms, chosen.includes('suspended') ? 'wall' : chosen.includes('set back') ? 'monotonic' : 'both');
      return undefined;
    }
    const intervention = interventions.find((one) => one === chosen);
    if (intervention) {
      this.intervened.add(intervention);
      this.kernel.plan(this.kernel.nowMs, () => intervene(this, intervention, this.whoIsMeant(machine)));
      return undefined;
    }
    if (chosen === 'dies') machine.die();
    if (chosen !== 'taken by another too') return chosen;
    machine.loseTouch();
    return undefined;
  }

  /** Of a group, one of its payouts. */
  private whoIsMeant({ group, reference }: Machine): string {
    if (group === undefined) return reference;
    const own = this.plan.requests.filter((one) => this.ledger.groupOf(one.reference) === group);
    return (own[1] ?? own[0] ?? this.plan.requests[0])?.reference ?? '';
  }

  private choose(where: string, options: readonly string[]): string | undefined {
    const { quietMs = 0, points } = this.plan;
    const isQuiet = this.kernel.nowMs < this.kernel.startMs + quietMs;
    if (!this.isOpen || isQuiet || options.length === 0 || this.pointsTaken >= points) {
      this.log('', where);
      return undefined;
    }
    this.pointsTaken += 1;
    const chosen = this.chooser({ number: this.pointsTaken, where, options });
    this.log(`#${this.pointsTaken}`, chosen === undefined ? where : `${where} >>> ${chosen.toUpperCase()}`);
    return chosen;
  }

  nextFate(): string | undefined {
    if (!this.isOpen) return undefined;
    const [fate, ...rest] = this.fates;
    this.fates = rest;
    if (fate !== undefined) return fate === 'goes on' ? undefined : fate;
    const { outageMs = 0 } = this.plan;
    return this.kernel.nowMs < this.kernel.startMs + outageMs ? 'never arrives' : undefined;
  }

  /** What serves a step: usually the ordinary ledger and site. */
  serve(machine: Machine, ledgerId: string | undefined): { readonly ledger: MemoryLedger; readonly site: Site } {
    // The workflow pins its ledger with the first answer; before that nobody could know that it is another one.
    const isPinned = ledgerId !== undefined || this.plan.more?.includes('other ledger at first') === true;
    const odd = this.plan.odd.filter((one) => isPinned || !one.endsWith('ledger'));
    const options = machine.isCalm ? [] : odd;
    const chosen = this.choose(`${machine.name}: takes the step`, options) as Odd | undefined;
    const ledger = (chosen !== undefined && this.odd.get(chosen)) || this.ledger;
    return { ledger, site: this.sites.find(({ name }) => name === chosen) ?? (this.sites[0] as Site) };
  }

  /** Makes an effect, and finds out whether money moved by it. */
  performed(machine: Machine, called: Called, request: WireRequest, perform: () => SandboxReply): SandboxReply {
    const before = called.site.provider.payments().length;
    const reply = perform();
    const after = called.site.provider.payments();
    const opened = machine.openedFor(request);
    for (const [index, payment] of after.entries()) {
      if (index < before) continue;
      const reference = whoseIs(this.plan, machine, opened, payment);
      this.checks.paid({ reference, site: called.site, index, opened, atMs: this.kernel.nowMs });
    }
    this.log(machine.name, `arrives: ${request.method} ${request.path} ${reply.status}`);
    return reply;
  }

  committed(machine: Machine, ledger: MemoryLedger, { notes, ruled }: Written, before: Opened | undefined): void {
    if (notes.length > 0) this.log(machine.name, `writes: ${notes.join('; ')}`);
    if (ledger !== this.ledger) return;
    const isAlone = machine.group === undefined && !machine.isCalm;
    const own = this.plan.requests.map((one) => one.reference).filter((reference) => ruled.has(reference));
    for (const reference of isAlone ? [machine.reference] : own) this.checks.ruled(reference, !machine.readsNothing);
    if (machine.opened && machine.opened !== before) checkOpened(this, machine, machine.opened);
  }

  violated(reference: string, what: string): void {
    this.checks.violated(reference, what);
  }

  log(who: string, what: string): void {
    const ms = this.kernel.nowMs - this.kernel.startMs;
    this.trace.push(`${inHours(ms)} ${who === '' ? '' : `${who} `}${what}`);
  }

  statuses(): Readonly<Record<string, Status>> {
    const { ledger } = this;
    return Object.fromEntries(ledger.references().map((one) => [one, ledger.facts(one).state.status]));
  }

  private openReferences(): readonly string[] {
    return this.ledger.references().filter((reference) => this.ledger.isOpen(reference));
  }

  private isOver(): boolean {
    return (
      this.travelling === 0 &&
      this.machines.size === 0 &&
      this.carriers.every(({ isAlive }) => !isAlive) &&
      this.groups.every(({ isAlive }) => !isAlive) &&
      this.openReferences().every((reference) => reference === CONTROL.reference)
    );
  }
}

function inHours(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1_000) % 60,
  ];
  return `+${hours}:${two(minutes)}:${two(seconds)}.${String(ms % 1_000).padStart(3, '0')}`;
}
