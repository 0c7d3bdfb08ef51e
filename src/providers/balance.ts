/** What an account can still pay, by the provider's own records. */
export type Balance =
  | { readonly kind: 'read'; readonly purses: readonly Purse[] }
  /** The provider tells none, or not now. */
  | { readonly kind: 'unread'; readonly because: string };

export interface Purse {
  /** In the provider's words, such as `available`. */
  readonly name: string;
  /** Minor units; a provider's may be fractional. */
  readonly availableMinor: number;
  readonly currency: string;
}

/** What a provider takes on top of an amount, as far as its documents say. */
export interface Fees {
  readonly leastMinor: number;
  readonly mostMinor: number;
  /** What is known about them, and what is not. */
  readonly note: string;
}
