import { setTimeout as sleep } from 'node:timers/promises';
import { MANIFEST_ROUTES } from '../../../src/providers/manifest/sandbox.js';
import type { ManifestRequest } from '../../../src/payout/request.js';
import type { FaultInput } from '../../../src/sandbox/fault-spec.js';
import { manifestRequest, shortId } from '../../support/requests.js';
import { until } from '../../support/until.js';
import { beforeItsDate, HOUR_MS, inMs, scene, type Cancel, type Moment, type Scene } from './cancel-scene.js';
import { byUpdate, untilMended, whileWrong } from './cancel-ways.js';

type Wrong = Omit<FaultInput, 'provider' | 'route' | 'about'>;

const make =
  (given: () => Partial<ManifestRequest> = () => ({})) =>
  () =>
    manifestRequest(given());

export const dated = (ms = HOUR_MS) => make(() => ({ scheduledAt: inMs(ms) }));
export const through = (accountConnection: string) => make(() => ({ accountConnection }));

/** Manifest holds it as `ready` for a date. */
export const whileReady = (cancel: Cancel, ms = HOUR_MS): Scene =>
  scene({ make: dated(ms), reached: { status: 'ready', waitingFor: 'date' }, cancel });

/** Once the step that paid has ended, and left it as `created`. */
export const whileCreated = (cancel: Cancel): Scene =>
  scene({ make: dated(), reached: ({ stack, handle }) => untilItsStepEnded(stack, handle.workflowId), cancel });

const untilItsStepEnded = ({ client }: Moment['stack'], workflowId: string): Promise<unknown> =>
  until(
    () => client.workflow.getHandle(workflowId).query<{ status?: string; version?: number }>('state'),
    (view) => view?.status === 'created' && view.version !== undefined,
  );

/** The PUT goes wrong. */
export const putIs = (wrong: Wrong, cancel: Cancel = byUpdate, isMended?: 'mended'): Cancel =>
  whileWrong({ provider: 'manifest', route: MANIFEST_ROUTES.update, ...wrong }, cancel, isMended);

/** The PUT is refused until the operator mends it. */
export const putIsRefused = (status: number): Cancel =>
  untilMended({ provider: 'manifest', route: MANIFEST_ROUTES.update, kind: 'status', status });

/** The reads of it go wrong, `skip` of them later. */
export const readIs = (wrong: Wrong): Cancel =>
  whileWrong({ provider: 'manifest', route: MANIFEST_ROUTES.get, ...wrong });

/** Waits for the moment, then cancels. */
export const shortlyBefore =
  (ms: number, cancel: Cancel = byUpdate): Cancel =>
  async (moment) => {
    await beforeItsDate(ms)(moment);
    return cancel(moment);
  };

/** Another payout to the same account connection is known: beside it a missing one is proven to be missing. */
export const besideAnother = (wrong: Wrong, cancel: Cancel): Scene => {
  const accountConnection = `acon_${shortId()}`;
  const ours = scene({
    make: through(accountConnection),
    payFault: wrong,
    reached: { status: 'in_doubt' },
    cancel,
  });
  return async (stack) => {
    const other = manifestRequest({ accountConnection });
    await stack.payouts.start(other);
    await until(
      () => stack.ledger.transaction((tx) => tx.facts(other.reference)),
      (facts) => typeof facts?.state.providerReference === 'string',
    );
    return ours(stack);
  };
};

/** After its records were silent for longer than they may lag. */
export const afterSettling =
  (cancel: Cancel): Cancel =>
  async (moment) => {
    await sleep(SETTLED_MS);
    return cancel(moment);
  };

const SETTLED_MS = 5_000;
