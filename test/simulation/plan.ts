import type { PayoutInput } from '../../src/payout/view.js';

export type ProviderName = 'manifest' | 'respondent' | 'prolific';

/** What a person does about a doubt. An honest one says what the provider's records show at that moment. */
export type Person =
  | 'nobody'
  | 'honest'
  | 'honest, pays again'
  /** Says what the records showed when the doubt began. */
  | 'says what was read too early'
  | 'says not paid, whatever is true'
  | 'says paid, whatever is true'
  | 'says pay again, whatever is true';

/** What may come from outside at any moment, once. */
export type Intervention =
  | 'cancel'
  | 'reschedule'
  /** Another description, where the provider keeps one, and other metadata. */
  | 'change the words'
  | 'resume'
  /** The workflow is reset: what it has seen is forgotten, and it begins again with its request. */
  | 'reset'
  /** The workflow is gone; the sweep brings it back. */
  | 'terminate'
  /** The workflow is gone and started again with the same request. */
  | 'start again'
  | 'start with other content'
  | 'start with other metadata'
  | 'somebody else pays'
  /** The workflow that carries several is gone; the sweep brings it back. */
  | 'the group is terminated'
  | 'the group is started again';

/** A worker that is not as the others are, and takes a step all the same. */
export type Odd = 'other host' | 'other credentials' | 'other ledger' | 'restored ledger';

export interface Plan {
  readonly name: string;
  readonly provider: ProviderName;
  /** Respondent: the operator vouches for the guard. */
  readonly guardProven?: boolean;
  /** What is started, each a moment after the one before. */
  readonly requests: readonly PayoutInput[];
  /** Which of them are carried together, by reference; the others have a carrier each. */
  readonly groups?: readonly (readonly string[])[];
  /** How long the provider's records lag behind its payments. */
  readonly lagMs: number;
  /** Prolific: where they lag longer, by reference. */
  readonly lags?: Readonly<Record<string, number>>;
  /** What becomes of the first paying calls; afterwards they simply go on. */
  readonly fates: readonly string[];
  /** Until then after the start, whatever pays later never arrives. */
  readonly outageMs?: number;
  readonly person: Person;
  /** Of whom the person speaks, by reference; of all, unless it is told. */
  readonly spokenOf?: readonly string[];
  readonly interventions: readonly Intervention[];
  readonly odd: readonly Odd[];
  /** Options of paying calls beyond the ordinary ones, which break an assumption or have to be asked for. */
  readonly more?: readonly string[];
  /** Respondent: what a number does that is not the next one. */
  readonly rule?: 'refuses_wrong_number' | 'pays_every_time';
  /** Manifest: how long it remembers a key, and whether lists show our tag. */
  readonly rememberKeysMs?: number;
  readonly echo?: 'user_data' | 'none';
  /** Manifest: its lists show nothing, whatever there is. */
  readonly listsNothing?: boolean;
  /** Manifest: another payout exists by which a search can show that it finds. */
  readonly hasControl?: boolean;
  /** Prolific: it reads an amount a hundredfold. */
  readonly misreads?: boolean;
  /** Until then after the start, nothing else is offered. */
  readonly quietMs?: number;
  /** How many points offer something else. */
  readonly points: number;
  readonly horizonMs: number;
}

/** How long the records lag behind a payment of this one. */
export const lagOf = ({ lagMs, lags = {} }: Plan, reference: string): number => lags[reference] ?? lagMs;

export const longestLagMs = ({ lagMs, lags = {} }: Plan): number => Math.max(lagMs, ...Object.values(lags));
