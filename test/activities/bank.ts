import type { EffectContract } from '../../src/payout/contract.js';
import type { Call, Outcome, Sighting } from '../../src/payout/outcome.js';
import type { ManifestRequest, PayoutRequest } from '../../src/payout/request.js';
import type { Identity, LookUpQuery, Preparation, ProviderAccount } from '../../src/providers/provider.js';

/** What becomes of one paying call. */
export type Fate =
  | 'accepted'
  /** It pays, and its reply is lost. */
  | 'reply_lost'
  /** It never arrives, and nobody can know that. */
  | 'call_lost'
  | 'unsent'
  | 'refused'
  | 'no_funds'
  | 'throttled'
  /** The adapter has a fault and throws. */
  | 'throws';

export interface Payment {
  readonly reference: string;
  readonly key: string;
  readonly atMs: number;
}

export interface BankOptions {
  readonly contract: EffectContract;
  readonly nowMs: () => number;
  /** How long its records lag behind its payments. */
  readonly lagMs?: number;
  readonly lanes?: { readonly subject?: string; readonly call?: string; readonly rank?: number };
}

/** Where a step waits for the outside world, such as `pay: on its way`. The simulation lets others go first here. */
export type Pause = (where: string) => Promise<void>;

/** A provider in memory: it pays by the contract that it declares, and its fates are written by the test. */
export class Bank {
  readonly payments: Payment[] = [];
  /** The paying calls as they arrived, whatever became of them. */
  readonly arrived: { readonly call: Call; readonly key: string; readonly atMs: number }[] = [];
  /** What becomes of the next paying calls, in order; afterwards all are accepted. */
  fates: Fate[] = [];
  /** Set to answer instead of the records. */
  sighting: Sighting | undefined;
  identity: Identity | undefined;
  preparation: Preparation | undefined;

  constructor(private readonly options: BankOptions) {}

  paid(reference: string): number {
    return this.payments.filter((payment) => payment.reference === reference).length;
  }

  /** The account as one worker uses it. */
  account(
    given: { readonly host?: string; readonly secret?: string; readonly guardProven?: boolean; pause?: Pause } = {},
  ) {
    const {
      host = 'http://bank.example',
      secret = 'secret',
      guardProven = false,
      pause = async () => undefined,
    } = given;
    const account: ProviderAccount<PayoutRequest> = {
      host,
      secret,
      guardProven,
      identify: async (request) => {
        await pause('identify');
        return this.identity ?? this.identify(request);
      },
      prepare: async (request, _identity, earlier) => {
        await pause('prepare');
        return this.preparation ?? this.prepare(request, earlier);
      },
      pay: async (call, key) => {
        const fate = this.fates.shift() ?? 'accepted';
        await pause('pay: on its way');
        const outcome = this.pay(call, key, fate);
        await pause('pay: reply on its way');
        if (outcome === undefined) throw new TypeError('the adapter has a fault');
        return outcome;
      },
      lookUp: async (query) => {
        await pause('look up');
        return this.sighting ?? this.lookUp(query);
      },
      check: async () => ({ ok: true, message: 'it answers' }),
    };
    return account;
  }

  private identify({ reference }: PayoutRequest): Identity {
    const { subject, call, rank } = this.options.lanes ?? {};
    return {
      kind: 'identified',
      subject: reference,
      ...(subject === undefined ? {} : { subjectLane: subject }),
      ...(call === undefined ? {} : { callLane: call }),
      ...(rank === undefined ? {} : { rank }),
    };
  }

  private prepare(request: PayoutRequest, earlier: Call | undefined): Preparation {
    const { reference, scheduledAt, description, metadata } = request as ManifestRequest;
    const body = JSON.stringify({ reference, ...(scheduledAt ? { date: scheduledAt } : {}), description, metadata });
    return {
      kind: 'prepared',
      call: earlier ?? { method: 'POST', path: '/pay', body },
      snapshot: { count: this.paid(reference) },
    };
  }

  private pay(call: Call, key: string, fate: Fate): Outcome | undefined {
    if (fate === 'unsent') return { kind: 'unsent', cause: 'ECONNREFUSED' };
    if (fate === 'call_lost') return { kind: 'ambiguous', cause: 'ECONNRESET' };
    this.arrived.push({ call, key, atMs: this.options.nowMs() });
    switch (fate) {
      case 'refused':
        return { kind: 'rejected', httpStatus: 422, reason: 'invalid', mend: 'never', message: 'answered 422' };
      case 'no_funds':
        return {
          kind: 'rejected',
          httpStatus: 402,
          reason: 'payment_required',
          mend: 'operator',
          message: 'answered 402',
        };
      case 'throttled':
        return { kind: 'rejected', httpStatus: 429, reason: 'rate_limited', mend: 'later', message: 'answered 429' };
      case 'throws':
        return undefined;
      case 'accepted':
        return this.take(call, key);
      case 'reply_lost':
        this.take(call, key);
        return { kind: 'ambiguous', cause: 'ECONNRESET' };
      default:
        return fate satisfies never;
    }
  }

  /** Pays, as far as its contract lets a repeat pay. */
  private take(call: Call, key: string): Outcome {
    const { reference } = JSON.parse(call.body) as { readonly reference: string };
    const { contract, nowMs } = this.options;
    const before = this.payments.find((payment) => payment.key === key);
    if (contract === 'guarded' && before) return { kind: 'ambiguous', httpStatus: 409, cause: 'answered 409' };
    if (contract === 'unguarded' || !before) this.payments.push({ reference, key, atMs: nowMs() });
    if (contract === 'guarded') return { kind: 'accepted', httpStatus: 201 };
    return { kind: 'accepted', httpStatus: 202, seen: { status: 'pending', providerReference: `pay_${reference}` } };
  }

  private lookUp({ request: { reference }, snapshot }: LookUpQuery<PayoutRequest>): Sighting {
    const { contract, nowMs, lagMs = 0 } = this.options;
    const shown = this.payments.filter((one) => one.reference === reference && one.atMs + lagMs <= nowMs()).length;
    const before = contract === 'unguarded' ? Number(snapshot?.['count'] ?? 0) : 0;
    const because = `its records show ${shown} payments`;
    if (shown <= before) return { kind: 'absent', proven: contract !== 'unguarded', because };
    return { kind: 'present', seen: { status: 'sent', providerReference: `pay_${reference}` }, because };
  }
}
