import { constants } from 'node:os';
import type { BatchProgress } from '../../batch/engine.js';
import { STATUSES } from '../../payout/status.js';
import { EXIT } from '../exit-codes.js';
import { note } from '../output.js';
import type { Emit } from './events.js';
import type { Followed } from './follow-batch.js';

export interface Report {
  readonly batchId: string;
  /** Rows of the file that were not started, since they are bad. */
  readonly skipped: number;
  /** Where the results were written, if they were. */
  readonly results: string | null;
}

/** Says what a batch has come to, and what the process ends with. */
export function reportFollowed(followed: Followed, report: Report, emit: Emit, json: boolean): number {
  const { batchId } = report;
  if (followed.kind === 'interrupted') {
    emit('left', { why: 'interrupted', batchId });
    note(`payouts: batch ${batchId} goes on without you; look at it again with \`payouts batch --attach ${batchId}\``);
    return 128 + constants.signals[followed.signal];
  }
  const { kind, progress } = followed;
  emit(kind === 'ended' ? 'ended' : 'left', { ...(kind === 'ended' ? {} : { why: kind }), ...report, ...progress });
  if (!json) process.stdout.write(`${describe(progress, report)}\n`);
  if (kind === 'timeout')
    note(`payouts: waited too long; the batch goes on: \`payouts batch --attach ${batchId}\` looks at it again`);
  if ((progress.byStatus.in_doubt ?? 0) > 0)
    note('payouts: for each row in doubt look at the provider, then say what you saw with `payouts resolve`');
  return toExitCode(progress, report);
}

/** Doubt outranks the rest: it may need a person. */
export function toExitCode({ total, byStatus, ended }: BatchProgress, { skipped }: Pick<Report, 'skipped'>): number {
  if ((byStatus.in_doubt ?? 0) > 0) return EXIT.inDoubt;
  if (!ended) return EXIT.waitedTooLong;
  return byStatus.sent === total && skipped === 0 ? EXIT.done : EXIT.refused;
}

function describe({ total, waiting, refused, byStatus }: BatchProgress, { batchId, skipped, results }: Report): string {
  const lines: readonly (readonly [string, string | number | null | undefined])[] = [
    ['batch', batchId],
    ['rows', total],
    ['not claimed yet', waiting || null],
    ...STATUSES.map((status) => [status, byStatus[status]] as const),
    ['refused', refused || null],
    ['bad, skipped', skipped || null],
    ['results', results],
  ];
  return lines
    .flatMap(([name, value]) => (value === undefined || value === null ? [] : [`${name.padEnd(17)} ${value}`]))
    .join('\n');
}
