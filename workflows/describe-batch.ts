import { countOpen, type Progress } from '../src/payout/batch.js';

/** The batch in Markdown, for the Temporal UI. */
export function describeBatch(batchId: string, progress: Progress): string {
  const { total, waiting, refused, byStatus, byWait } = progress;
  const counts = [['not claimed yet', waiting], ['refused', refused], ...Object.entries(byStatus)] as const;
  const lines = counts.filter(([, count]) => count > 0).map(([name, count]) => `| ${name} | ${count} |`);
  const waits = Object.entries(byWait)
    .filter(([name]) => name !== 'nothing')
    .map(([name, count]) => `${count} for ${name}`);
  return [
    `**${total - countOpen(progress)} of ${total}** rows of \`${batchId}\` have come to an end.`,
    '',
    '| rows | |',
    '|---|---|',
    ...lines,
    ...(waits.length > 0 ? ['', `Waiting: ${waits.join(', ')}.`] : []),
  ].join('\n');
}
