import type { Command } from 'commander';
import { usageError } from '../cli-error.js';
import { addCommand, parseFilled, parseSeconds } from '../command.js';
import { formatShow } from '../format-show.js';
import { print, type OutputOptions } from '../output.js';
import { parseMetadata } from '../parse-metadata.js';

interface RescheduleOptions extends OutputOptions {
  readonly description?: string;
  readonly metadata?: ReturnType<typeof parseMetadata>;
  readonly by?: string;
  readonly timeout?: number;
}

export function reschedule(program: Command): void {
  addCommand(program, {
    usage: 'reschedule <reference> [instant]',
    summary: 'pay at another instant, or with another description or metadata, where that is still possible',
    description: [
      'Pays at another instant, where that is still possible.',
      'The instant has to be in the future, with its offset.',
      'Also changes the description (where the provider keeps one) and the metadata, with another instant or without.',
      'A start with the first description goes on meaning this payout; the reference keeps its content.',
    ],
    examples: [
      'payouts reschedule study-42/p-007 2026-12-24T09:00:00Z',
      'payouts reschedule study-42/p-007 --description "Interview in December" --metadata \'{"wave":"3"}\'',
    ],
  })
    .option('--description <text>', 'what the recipient sees', parseFilled)
    .option('--metadata <json>', 'an object that takes the place of the metadata that is there', parseMetadata)
    .option('--by <name>', 'who changes it, for the ledger', parseFilled)
    .option('--timeout <seconds>', 'how long to wait for the answer (default: 60)', parseSeconds)
    .action(async (reference: string, instant: string | undefined, given: RescheduleOptions) => {
      const { by, timeout, description, metadata, ...options } = given;
      const { parseInstant } = await import('../../providers/common-request.js');
      const { DECISION_TIMEOUT_MS, withinTime, withPayouts } = await import('../open-payouts.js');
      if (instant === undefined && description === undefined && metadata === undefined)
        throw usageError('nothing to change: give an instant, --description or --metadata');
      const scheduledAt = instant === undefined ? undefined : parseInstant(instant);
      if (instant !== undefined && scheduledAt === undefined)
        throw usageError(`${JSON.stringify(instant)} is no instant with an offset: write it like 2026-12-24T09:00:00Z`);
      const changed = await withPayouts(process.env, ({ payouts, temporal }) =>
        withinTime(temporal, { reference, timeoutMs: timeout ?? DECISION_TIMEOUT_MS }, () =>
          payouts.getHandle(reference).change({ scheduledAt, description, metadata, ...(by ? { by } : {}) }),
        ),
      );
      print(options, changed, () => formatShow(changed));
    });
}
