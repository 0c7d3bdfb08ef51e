/** What a provider's simulated API gives to the sandbox. It lives beside the real adapter, in `src/providers/<name>/sandbox.ts`. */
export interface SandboxProvider {
  readonly name: string;
  /** Path that the provider's base URL ends in, such as `/api/v1`, or an empty string. */
  readonly basePath: string;
  /** Checks the credentials; returns the refusal that the real provider would give. */
  authorize(headers: Readonly<Record<string, string | undefined>>): SandboxReply | undefined;
  readonly routes: readonly SandboxRoute[];
  /** The ids of the routes that move money, the ordinary one first. */
  readonly payingRoutes: readonly string[];
  /** The environment variables a worker needs to use this sandbox at the given base URL, made-up credentials included. */
  env(baseUrl: string): Readonly<Record<string, string>>;
  /** Every payment really made so far, oldest first. */
  payments(): readonly Payment[];
  /** The webhook deliveries that became due since this was last asked, where the provider has any. */
  deliveries?(): readonly SandboxDelivery[];
}

/** One webhook delivery, with what proves where it comes from. */
export interface SandboxDelivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes a provider's simulated API; `startSandbox` calls it once. */
export type SandboxFactory = (context: SandboxContext) => SandboxProvider;

/** What the sandbox gives to a provider's simulated API. */
export interface SandboxContext {
  /** Milliseconds since the epoch; tests may run it ahead. */
  now(): number;
}

export interface SandboxRoute {
  /** Names the route for faults and the log: method and path below the base URL, such as `POST /payout`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path below the base URL with `:name` parameters. */
  readonly path: string;
  /** Whom a request concerns, where neither its path nor its body tells: for faults that are about somebody. */
  about?(request: SandboxRequest): string;
  /** Makes the effect and answers. Synchronous, so that an effect is whole or not at all. */
  handle(request: SandboxRequest): SandboxReply;
}

export interface SandboxRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The exact bytes received. */
  readonly body: string;
}

export interface SandboxReply {
  readonly status: number;
  /** Sent as JSON; `undefined` sends no body at all. */
  readonly json?: unknown;
}

/** One payment in the journal. */
export interface Payment {
  readonly provider: string;
  /** Whom and what it was for, in the form that `journalKey` makes of a request: what the oracle groups by. */
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** `due`: will be paid unless canceled. `paid`: money moved. `undone`: returned, canceled or failed after all. */
  readonly state: 'due' | 'paid' | 'undone';
  readonly providerReference?: string;
  /** ISO instant at which the paying call took effect. */
  readonly at: string;
}
