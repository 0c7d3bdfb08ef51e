import type { DecisionMade } from '../../src/payout/facts.js';
import type { PayoutInput } from '../../src/payout/view.js';
import type { Intervention } from './plan.js';
import type { World } from './world.js';

/** Something comes from outside: a message, another start, an accident of Temporal's, somebody else's payment. */
export function intervene(world: World, intervention: Intervention, reference: string): void {
  world.log('outside', intervention);
  switch (intervention) {
    case 'cancel':
      return tell(world, reference, { kind: 'cancel', by: 'Ada', reason: 'not wanted' });
    case 'reschedule': {
      const scheduledAt = new Date(world.kernel.nowMs + 30 * 60_000).toISOString();
      return tell(world, reference, { kind: 'reschedule', by: 'Ada', scheduledAt });
    }
    case 'change the words': {
      const words = world.plan.provider === 'manifest' ? { description: 'other words' } : {};
      return tell(world, reference, { kind: 'reschedule', by: 'Ada', ...words, metadata: { note: 'changed' } });
    }
    case 'resume':
      return tell(world, reference, { kind: 'resume', by: 'Ada' });
    case 'the group is terminated':
      return world.groupCarrierOf(world.ledger.groupOf(reference))?.terminate();
    case 'the group is started again': {
      const group = world.ledger.groupOf(reference);
      world.groupCarrierOf(group)?.terminate();
      return group === null ? undefined : world.startGroup(group);
    }
    case 'reset':
    case 'start again':
      return replace(world, reference, (request) => request);
    case 'terminate':
      return world.carrierOf(reference)?.terminate();
    case 'start with other content':
      return replace(world, reference, withOtherAmount);
    case 'start with other metadata':
      return replace(world, reference, (request) => ({ ...request, metadata: { note: 'another' } }));
    case 'somebody else pays':
      return world.checks.somebodyElsePays(reference);
    default:
      return intervention satisfies never;
  }
}

/** Says it to whoever carries the payout; where nobody does, it is started by reference alone first. */
function tell(world: World, reference: string, decision: DecisionMade): void {
  const carrier = world.carrierOf(reference) ?? world.start({ reference });
  void carrier.decide(decision).then((ended) => world.checks.answered(reference, decision, ended));
}

/** The old workflow's steps under way go on, and nobody hears of them. */
function replace(world: World, reference: string, change: (request: PayoutInput) => PayoutInput): void {
  const request = world.plan.requests.find((one) => one.reference === reference);
  if (!request) return;
  world.carrierOf(reference)?.terminate();
  world.start(change(request));
}

const withOtherAmount = (request: PayoutInput): PayoutInput => {
  const field = request.provider === 'respondent' ? 'tipMinor' : 'amountMinor';
  return { ...request, [field]: Number(request[field] ?? 0) + 100 };
};
