import { PAYING_ROUTES, shortId, type ProviderName } from '../../support/requests.js';
import { aboutOf, aloneRequest } from '../../faults/support/about.js';
import { HOUR_MS, inMs, scene, type AnyRequest, type Cancel, type Scene } from './cancel-scene.js';

export type OnOurTimer = Exclude<ProviderName, 'manifest'>;

export const dated =
  (provider: OnOurTimer, ms = HOUR_MS) =>
  (): AnyRequest => ({
    ...aloneRequest(provider),
    scheduledAt: inMs(ms),
  });

export const now = (provider: OnOurTimer) => (): AnyRequest => aloneRequest(provider);

/** One whose payment shows later than the first looks. */
export const shownLate = (provider: OnOurTimer) => (): AnyRequest => {
  const request = aloneRequest(provider);
  return 'submissionId' in request
    ? { ...request, submissionId: `study-late${shortId()}` }
    : ({ ...request, screenerResponseId: `late-${shortId()}` } as AnyRequest);
};

/** Behind another one for the same person, which is in doubt. */
export const whileInLane = (provider: OnOurTimer, cancel: Cancel): Scene => {
  const first = aloneRequest(provider);
  const behind = (): AnyRequest => ({
    ...first,
    reference: `${first.reference}-next`,
    // Told apart in the journal by what they pay.
    ...('amountMinor' in first ? { amountMinor: first.amountMinor + 1 } : {}),
    ...('payoutCount' in first ? { payoutCount: 2 } : {}),
  });
  const ours = scene({ make: behind, reached: { status: 'created', waitingFor: 'lane' }, cancel });
  return async (stack) => {
    const route = PAYING_ROUTES[provider];
    stack.sandbox.faults.add({ provider, route, about: aboutOf(first), kind: 'error_before' });
    await stack.payouts.start(first);
    await stack.until(first.reference, { status: 'in_doubt' });
    return ours(stack);
  };
};
