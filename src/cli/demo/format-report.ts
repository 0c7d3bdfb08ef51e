import type { Show } from '../../payout/show.js';
import type { OracleReport } from '../../sandbox/oracle.js';
import { formatAmount } from '../format-amount.js';
import { formatTable } from '../format-table.js';

/** Who got what, and the line that matters: do the providers' journal and the ledger agree? */
export function formatReport(payouts: readonly Show[], agreement: OracleReport): string {
  const rows = payouts.map((payout) => [
    payout.reference,
    payout.provider,
    payout.status,
    payout.providerReference ?? '-',
    formatAmount(payout.amountMinor, payout.currency),
    whatHappened(payout),
  ]);
  const head = ['reference', 'provider', 'status', "provider's id", 'amount', 'what happened'];
  return ['', formatTable(head, rows), '', ...verdict(agreement), '', ...NEXT].join('\n');
}

function whatHappened({ status, evidence, exchanges }: Show): string {
  const isLost = exchanges.some(({ outcome }) => outcome === 'ambiguous');
  if (status === 'sent' && isLost)
    return exchanges.length > 1
      ? 'the reply was lost; asked again under the same key: paid once'
      : "the reply was lost; the provider's records show it: paid once";
  if (status === 'sent') return 'paid';
  if (status === 'canceled') return 'scheduled, then canceled before its date: not paid';
  return evidence;
}

function verdict({ agrees, rows }: OracleReport): string[] {
  if (agrees) {
    const paid = rows.filter(({ payments }) => payments.includes('paid')).length;
    return [
      `The simulated providers' journal agrees with the ledger, payout by payout: ${rows.length} payouts, ${paid} paid, none twice.`,
    ];
  }
  const wrong = rows.filter((row) => row.verdict !== 'agrees');
  return [
    `THE JOURNAL AND THE LEDGER DISAGREE on ${wrong.length} of ${rows.length}:`,
    ...wrong.map(
      (row) =>
        `  ${row.reference ?? row.key}: ${row.verdict} (ledger ${row.status ?? '-'}, journal ${row.payments.join(', ') || 'nothing'})`,
    ),
  ];
}

const NEXT = ['To look around: `npm run dev` keeps all of this running and prints the address of the Temporal UI.'];
