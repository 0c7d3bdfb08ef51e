import { TAG, type ManifestRequest } from '../../payout/request.js';
import type { Payment } from '../../sandbox/provider.js';
import { typeOf, type SandboxPayout, type SandboxStanding } from './sandbox-payouts.js';

/** What the journal calls the payment that a request asks for. */
export const manifestJournalKey = ({ reference }: Pick<ManifestRequest, 'reference'>): string =>
  `manifest/${reference}`;

const STATES: Readonly<Record<SandboxStanding['status'], Payment['state']>> = {
  created: 'due',
  ready: 'due',
  pending: 'paid',
  sent: 'paid',
  error: 'undone',
  returned: 'undone',
  canceled: 'undone',
};

/** A payout as the journal has it. */
export function toPayment(payout: SandboxPayout, { status }: SandboxStanding): Payment {
  const reference = payout.userData[TAG];
  return {
    provider: 'manifest',
    key: typeof reference === 'string' ? manifestJournalKey({ reference }) : `manifest/untagged/${payout.id}`,
    amountMinor: payout.amountMinor,
    currency: 'USD',
    state: STATES[status],
    providerReference: payout.id,
    at: toIso(payout.createdAtMs),
  };
}

/** A payout as the API shows it. `echo`: where the caller's own data comes back, if it does. */
export function toJson(
  payout: SandboxPayout,
  { status, problem }: SandboxStanding,
  echo: 'user_data' | 'userdata' | 'none',
): unknown {
  return {
    id: payout.id,
    type: typeOf(payout),
    status,
    account_connection: payout.accountConnection,
    amount_in_cents: payout.amountMinor,
    description: payout.description,
    date: toIso(payout.dateMs ?? payout.createdAtMs),
    destination: 'Sandbox Account',
    fee_in_cents: 10,
    ...(echo === 'none' ? {} : { [echo]: payout.userData }),
    activity: problem === undefined ? [] : [{ message: problem }],
    created_at: toIso(payout.createdAtMs),
    updated_at: toIso(payout.updatedAtMs),
  };
}

const toIso = (ms: number): string => new Date(ms).toISOString();
