import axios, { AxiosError, AxiosHeaders, CanceledError, type AxiosAdapter, type AxiosResponse } from 'axios';
import { TAG } from '../../src/payout/request.js';
import type { SandboxReply } from '../../src/sandbox/provider.js';
import { checkRequest } from './check-request.js';
import { readControl } from './control.js';
import type { Machine } from './machine.js';
import { longMs, OF_MACHINES, OF_PAYING, OF_READERS, OF_READS } from './options.js';
import type { Plan } from './plan.js';
import { findCalled, type Called, type WireRequest } from './sites.js';
import type { World } from './world.js';

const LATENCY_MS = 40;
const SLOW_MS = 20_000;
const LATE_MS = 60_000;

type Sent = Parameters<AxiosAdapter>[0];

/** Carries the adapters' HTTP requests to the simulated providers, in this process and in virtual time. */
export class Network {
  /** Keys of requests that are being handled: their answer is not there yet to be remembered. */
  private readonly inHand = new Map<string, number>();

  constructor(private readonly world: World) {}

  readonly carry: AxiosAdapter = (config) =>
    new Promise((resolve, reject) => {
      const machine = this.world.kernel.running;
      if (!machine) throw new Error('a request outside of any step');
      const request = misread(this.world.plan, toWire(config));
      const called = findCalled(this.world.sites, request);
      if (called.isPaying) checkRequest(this.world, machine, called, request);
      let isAnswered = false;
      const signal = config.signal as AbortSignal | undefined;
      signal?.addEventListener?.('abort', () => {
        if (!called.isPaying && !isAnswered) machine.readsNothing = true;
        reject(new CanceledError('aborted', config));
      });
      const fate = this.draw(machine, called);
      if (fate === 'dies') return;
      const isGivenUp = (): boolean => signal?.aborted === true;
      const wire = new Wire(this.world, machine, called, request, isGivenUp, (answer) => {
        isAnswered = true;
        if (answer.kind === 'reply') resolve(toResponse(answer.reply, config));
        else reject(new AxiosError(answer.code, answer.code, config));
      });
      this.world.kernel.plan(this.world.kernel.nowMs, () => this.leave(wire, fate), machine);
    });

  private draw(machine: Machine, called: Called): string | undefined {
    const { world } = this;
    const options = called.isPaying ? [...OF_MACHINES, ...OF_PAYING, ...(world.plan.more ?? [])] : OF_READS;
    const chosen = world.pauseAt(machine, `${called.route.id} leaves`, options);
    if (!called.isPaying && chosen !== undefined) machine.readsNothing = true;
    if (chosen !== undefined) return chosen;
    return called.isPaying ? world.nextFate() : undefined;
  }

  private leave(wire: Wire, fate: string | undefined): void {
    const { kernel } = this.world;
    // Its machine was frozen for so long that the deadline came first.
    if (wire.isGivenUp()) return;
    if (fate === 'refused connection') return wire.breakLater(LATENCY_MS, 'ECONNREFUSED');
    if (fate === 'never arrives' || fate === 'no answer') return wire.breakLater(LATENCY_MS, 'ECONNRESET');
    const lateMs = fate === 'late' ? LATE_MS : fate === 'very late' ? longMs(this.world.plan) : 0;
    this.world.travelling += 1;
    kernel.plan(kernel.nowMs + LATENCY_MS + lateMs, () => this.arrive(wire, fate));
  }

  private arrive(wire: Wire, fate: string | undefined): void {
    const { kernel } = this.world;
    const key = wire.request.headers['idempotency-key'];
    // A key is documented to give the first answer again. What it gives while there is none yet, nobody says.
    const meetsItself = key !== undefined && this.inHand.has(key);
    const again = meetsItself ? { 'idempotency-key': `${key} (again)` } : {};
    const { closesAtMs = 0 } = wire.machine.openedFor(wire.request) ?? {};
    if (meetsItself && kernel.nowMs > closesAtMs)
      this.world.checks.breach('a request arrived after its time-out, beside its own repeat');
    const handle = (): void => {
      if (key !== undefined) this.hold(key, -1);
      this.world.travelling -= 1;
      this.answer(wire, fate, again);
    };
    if (key !== undefined) this.hold(key, 1);
    if (fate === 'slow') kernel.plan(kernel.nowMs + SLOW_MS, handle);
    else handle();
  }

  private hold(key: string, more: number): void {
    const count = (this.inHand.get(key) ?? 0) + more;
    if (count === 0) this.inHand.delete(key);
    else this.inHand.set(key, count);
  }

  private answer(wire: Wire, fate: string | undefined, headers: Readonly<Record<string, string>>): void {
    const [, status, paid] = /(\d{3})(?: (paid|unpaid))?$/.exec(fate ?? '') ?? [];
    const injected: SandboxReply | undefined =
      status === undefined ? undefined : { status: Number(status), json: { message: `injected ${status}` } };
    if (injected && paid !== 'paid') return wire.reply(injected, LATENCY_MS);
    if (fate?.startsWith('refuses ')) return wire.reply(refuseRow(fate, wire.request), LATENCY_MS);
    if (fate === 'another payout in the reply') return wire.reply(readControl(this.world), LATENCY_MS);
    const reply = this.world.performed(wire.machine, wire.called, wire.request, () => wire.called.perform(headers));
    if (fate === '401 paid') this.world.checks.breach('a refusal paid');
    if (fate === 'reply lost') return wire.breakLater(LATENCY_MS, 'ECONNRESET');
    if (fate === 'no reply' || fate === 'late' || fate === 'very late') return;
    if (fate === 'garbled reply') return wire.reply({ ...reply, json: undefined }, LATENCY_MS);
    wire.reply(injected ?? reply, LATENCY_MS);
  }
}

type Answer =
  { readonly kind: 'reply'; readonly reply: SandboxReply } | { readonly kind: 'broken'; readonly code: string };

/** One request on its way, and its answer on the way back. */
class Wire {
  constructor(
    private readonly world: World,
    readonly machine: Machine,
    readonly called: Called,
    readonly request: WireRequest,
    readonly isGivenUp: () => boolean,
    private readonly settle: (answer: Answer) => void,
  ) {}

  breakLater(ms: number, code: string): void {
    this.deliver(ms, { kind: 'broken', code });
  }

  reply(reply: SandboxReply, ms: number): void {
    for (const reference of refusedBy(reply, this)) this.world.checks.refusedIt(reference);
    this.deliver(ms, { kind: 'reply', reply });
  }

  private deliver(ms: number, answer: Answer): void {
    const { kernel } = this.world;
    const arrive = (): void => {
      const said = answer.kind === 'reply' ? `answers ${answer.reply.status}` : answer.code;
      const options = this.called.isPaying ? OF_MACHINES : OF_READERS;
      if (this.world.pauseAt(this.machine, `${this.called.route.id} ${said}`, options) === 'dies') return;
      kernel.plan(kernel.nowMs, () => this.settle(answer), this.machine);
    };
    kernel.plan(kernel.nowMs + ms, arrive, this.machine);
  }
}

/** Whom a refusal is about: whoever asked alone, and of several those whom it names. */
function refusedBy({ status, json }: SandboxReply, { machine, request, called }: Wire): readonly string[] {
  if (status < 400 || status >= 500) return [];
  const opened = machine.openedFor(request);
  if (machine.group === undefined) return [machine.reference];
  // Prolific names nobody: what it refuses to pay is refused to all.
  if (opened && (!opened.isShared || (called.isPaying && called.about !== ''))) return opened.references;
  const { details = [] } = (json ?? {}) as { readonly details?: readonly RefusedRow[] };
  return details.flatMap(({ request }) => request.user_data?.[TAG] ?? []);
}

interface RefusedRow {
  readonly message: string;
  readonly request: { readonly user_data?: Readonly<Record<string, string>> };
}

/** What Manifest answers to a batch with a row that it does not want. */
function refuseRow(fate: string, { body }: WireRequest): SandboxReply {
  const [first] = (JSON.parse(body) as { readonly payouts?: readonly RefusedRow['request'][] }).payouts ?? [];
  const request = fate === 'refuses its first row' ? (first ?? {}) : {};
  const details: readonly RefusedRow[] = [{ message: 'not this one', request }];
  return { status: 400, json: { message: 'No payouts were created. See details.', details } };
}

function toWire({ baseURL = '', url = '', method = 'get', headers, params, data }: Sent): WireRequest {
  const given = AxiosHeaders.from(headers).toJSON();
  return {
    method: method.toUpperCase(),
    baseUrl: baseURL,
    path: url,
    query: asTexts((params ?? {}) as Record<string, unknown>, (name) => name),
    headers: asTexts(given, (name) => name.toLowerCase()),
    body: typeof data === 'string' ? data : '',
  };
}

/** What Prolific makes of an amount, where it takes pounds for pence. */
const misread = ({ misreads = false }: Plan, request: WireRequest): WireRequest =>
  misreads ? { ...request, body: request.body.replace(/,(\d+)\.(\d\d)"/, ',$1$2.00"') } : request;

const asTexts = (values: Readonly<Record<string, unknown>>, rename: (name: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), String(value)]));

const toResponse = ({ status, json }: SandboxReply, config: Sent): AxiosResponse => ({
  status,
  statusText: '',
  headers: {},
  config,
  data: json === undefined ? '' : JSON.stringify(json),
});

/** What carries requests now, and what makes them give up. */
interface Carried {
  readonly carry: AxiosAdapter;
  readonly startTimer: (ms: number) => AbortSignal;
}

let current: Carried | undefined;

/** What an adapter does that is connected meanwhile goes through whichever network is in charge when it does it. */
export function overNetwork<T>(connect: () => T): T {
  const before = axios.defaults.adapter;
  axios.defaults.adapter = (config) => (current as Carried).carry(config);
  try {
    return connect();
  } finally {
    if (before !== undefined) axios.defaults.adapter = before;
  }
}

/** This network is in charge from now on, and the virtual time ends its requests. Returns how to end that. */
export function takeOver(carried: Carried): () => void {
  if (current) throw new Error('another schedule is running; they run one after another');
  const { timeout } = AbortSignal;
  current = carried;
  AbortSignal.timeout = (ms) => (current as Carried).startTimer(ms);
  return () => {
    current = undefined;
    AbortSignal.timeout = timeout;
  };
}
