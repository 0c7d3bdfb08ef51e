import { ApplicationFailure } from '@temporalio/workflow';
import { pickChange, type Change } from '../src/payout/change.js';
import type { DecisionMade } from '../src/payout/facts.js';
import { ENCRYPTED } from './read-signal.js';

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

/** Another date, description or metadata: at least one of them. What may stand in them the step knows. */
export function toReschedule(message: unknown): DecisionMade {
  if (message === ENCRYPTED)
    return refuse('its input is encrypted with a key that the worker did not have; send it again');
  const { scheduledAt, description, metadata, by } = fieldsOf(message);
  if (scheduledAt === undefined && description === undefined && metadata === undefined)
    return refuse(
      'scheduledAt: is missing; write {"scheduledAt":"2026-12-24T09:00:00Z"}, or give a description or metadata to change',
    );
  const texts = { scheduledAt, description };
  for (const [field, value] of Object.entries(texts))
    if (value !== undefined && typeof value !== 'string') return refuse(`${field}: has to be a text`);
  if (metadata !== undefined && (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)))
    return refuse('metadata: has to be an object, for example {"wave":"3"}');
  return { kind: 'reschedule', by: textOr(by, 'unnamed'), ...pickChange({ ...texts, metadata } as Change) };
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
