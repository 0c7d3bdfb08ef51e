/** What a repeat of a provider's paying call does, as far as its documents promise. */
export type EffectContract =
  /** An idempotency key makes the same bytes pay once, inside the key window. */
  | 'idempotent'
  /** A number the provider checks (the n-th payment) may refuse a repeat. */
  | 'guarded'
  /** A repeat pays again. */
  | 'unguarded';
