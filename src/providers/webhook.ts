/**
 * What a provider sends by itself: who may deliver, and what a delivery is about. Pure. It knows the secret of the deliveries
 * and none that pays, so whoever holds nothing else can wake payouts and cannot make one.
 */
export interface ProviderWebhook {
  /** The variables of one account, for the message that none is configured. */
  readonly variables: readonly string[];
  /** What a caller without credentials is told to send, where the scheme of HTTP has a word for it. */
  readonly challenge?: string;
  /** Named accounts that the environment has a webhook secret for. Throws `ConfigError` naming the variable. */
  readAccounts(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, WebhookAccount>;
}

export interface WebhookAccount {
  /** Whether the provider sent it: compared in constant time, never throws, whatever comes. */
  isGenuine(delivery: RawDelivery): boolean;
  /** What a genuine body tells; `undefined` stands for one that is no JSON. Never throws. */
  read(body: unknown): Delivery;
}

export interface RawDelivery {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The exact bytes received. */
  readonly body: Buffer;
}

export type Delivery =
  | {
      readonly kind: 'payout';
      readonly about: About;
      /** Names this delivery. Without one, the bytes do. */
      readonly id?: string;
      /** How many real changes may look alike: a repeat is known as one only after as many. 1 unless given. */
      readonly alike?: number;
      /** When it was made, where the signature vouches for that. */
      readonly signedAtMs?: number;
    }
  /** Genuine, and of no concern to a payout. */
  | { readonly kind: 'other' }
  /** Genuine, and in no form that we know. */
  | { readonly kind: 'unreadable' };

/** Which payout it may be, by whatever the delivery names. */
export interface About {
  readonly reference?: string;
  readonly providerReference?: string;
  /** Fields that the payout's request has. */
  readonly request?: Readonly<Record<string, string>>;
}
