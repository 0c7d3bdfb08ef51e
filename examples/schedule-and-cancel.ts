// Pays at a date, moves the date, and cancels: node schedule-and-cancel.js study-42/p-007
import { PayoutsClient } from 'temporal-payouts';

const [, , reference = 'study-42/p-007'] = process.argv;
const inDays = (days: number): string => new Date(Date.now() + days * 24 * 3_600_000).toISOString();
const payouts = await PayoutsClient.connect();
try {
  const handle = await payouts.start({
    reference,
    provider: 'prolific',
    studyId: 'study43',
    submissionId: 'study43-s9',
    amountMinor: 250,
    currency: 'GBP',
    scheduledAt: inDays(7),
  });
  await handle.reschedule({ scheduledAt: inDays(14), by: 'Ada' });
  const { result, status } = await handle.cancel({ by: 'Ada', reason: 'the submission was rejected' });
  // `too_late`: it was paid meanwhile. `in_doubt`: nobody can know yet.
  console.log(result, status);
} finally {
  await payouts.close();
}
