import { toTold } from '../errors.js';

/** What one check came to. A problem says what to do about it. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
}

export const good = (check: string, message: string): Finding => ({ check, ok: true, message });
export const problem = (check: string, message: string): Finding => ({ check, ok: false, message });

/** A check that throws has found a problem. */
export async function finding(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return good(check, await look());
  } catch (error) {
    return problem(check, toTold(error).message);
  }
}
