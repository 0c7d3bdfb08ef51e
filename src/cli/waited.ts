import type { Show } from '../payout/show.js';
import type { Told } from './errors.js';

/** Why there is no payout of this reference. */
export interface Refusal {
  readonly reference: string;
  readonly error: Told;
}

export type Waited = Show | Refusal;

export const isShow = (waited: Waited): waited is Show => !('error' in waited);
export const isRefusal = (waited: Waited): waited is Refusal => 'error' in waited;

/** As it is printed with `--json`. */
export const toJson = (waited: Waited): unknown =>
  isShow(waited)
    ? waited
    : { reference: waited.reference, error: { code: waited.error.code, message: waited.error.message } };
