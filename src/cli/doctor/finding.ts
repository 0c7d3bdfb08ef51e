import { toTold } from '../errors.js';

/** What one check came to. A warning and a problem say what to do about it; only a problem ends the doctor with 1. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly message: string;
}

export const good = (check: string, message: string): Finding => ({ check, ok: true, level: 'ok', message });
export const warning = (check: string, message: string): Finding => ({ check, ok: true, level: 'warning', message });
export const problem = (check: string, message: string): Finding => ({ check, ok: false, level: 'problem', message });

/** A check that throws has found a problem. */
export async function finding(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return good(check, await look());
  } catch (error) {
    return problem(check, toTold(error).message);
  }
}
