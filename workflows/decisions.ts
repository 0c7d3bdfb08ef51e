import { ApplicationFailure } from '@temporalio/workflow';
import type { DecisionMade } from '../src/payout/facts.js';

/**
 * What people send, as decisions. Anybody may type anything into the Temporal UI: a message of another form is refused, naming
 * the field, and never breaks the workflow.
 */
export function toCancel(message: unknown): DecisionMade {
  const fields = fieldsOf(message);
  return { kind: 'cancel', by: textOr(fields['by'], 'unnamed'), reason: textOr(fields['reason'], '') };
}

export function toResume(message: unknown): DecisionMade {
  return { kind: 'resume', by: textOr(fieldsOf(message)['by'], 'unnamed') };
}

export function toReschedule(message: unknown): DecisionMade {
  const { scheduledAt, by } = fieldsOf(message);
  if (typeof scheduledAt !== 'string')
    return refuse('scheduledAt: is missing; write {"scheduledAt":"2026-12-24T09:00:00Z"}');
  return { kind: 'reschedule', by: textOr(by, 'unnamed'), scheduledAt };
}

export function toResolve(message: unknown): DecisionMade & { kind: 'resolve' } {
  const { paid, payAgain = false, by, evidence } = fieldsOf(message);
  if (typeof paid !== 'boolean') return refuse('paid: has to be true or false');
  if (typeof payAgain !== 'boolean') return refuse('payAgain: has to be true or false');
  if (paid && payAgain) return refuse('payAgain: what was paid is not paid again; leave it out');
  if (textOr(by, '') === '') return refuse('by: is missing; say who states it');
  if (textOr(evidence, '') === '') return refuse('evidence: is missing; say how it is known');
  return { kind: 'resolve', paid, payAgain, by: textOr(by, ''), evidence: textOr(evidence, '') };
}

function fieldsOf(message: unknown): Readonly<Record<string, unknown>> {
  return typeof message === 'object' && message !== null ? (message as Readonly<Record<string, unknown>>) : {};
}

const LONGEST = 500;
const textOr = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, LONGEST) : otherwise;

function refuse(message: string): never {
  throw ApplicationFailure.nonRetryable(message, 'InvalidRequest');
}
