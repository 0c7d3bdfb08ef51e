import type { Command } from 'commander';
import { usageError } from '../cli-error.js';
import { addCommand, parseFilled, parseSeconds } from '../command.js';
import { formatShow } from '../format-show.js';
import { print, type OutputOptions } from '../output.js';

interface RescheduleOptions extends OutputOptions {
  readonly by?: string;
  readonly timeout?: number;
}

export function reschedule(program: Command): void {
  addCommand(program, {
    usage: 'reschedule <reference> <instant>',
    summary: 'pay at another instant, where that is still possible',
    description: [
      'Pays at another instant, where that is still possible.',
      'The instant has to be in the future, with its offset.',
    ],
    examples: ['payouts reschedule study-42/p-007 2026-12-24T09:00:00Z'],
  })
    .option('--by <name>', 'who moves it, for the ledger', parseFilled)
    .option('--timeout <seconds>', 'how long to wait for the answer (default: 60)', parseSeconds)
    .action(async (reference: string, instant: string, { by, timeout, ...options }: RescheduleOptions) => {
      const { parseInstant } = await import('../../providers/common-request.js');
      const { DECISION_TIMEOUT_MS, withinTime, withPayouts } = await import('../open-payouts.js');
      const scheduledAt = parseInstant(instant);
      if (scheduledAt === undefined)
        throw usageError(`${JSON.stringify(instant)} is no instant with an offset: write it like 2026-12-24T09:00:00Z`);
      const moved = await withPayouts(process.env, ({ payouts, temporal }) =>
        withinTime(temporal, { reference, timeoutMs: timeout ?? DECISION_TIMEOUT_MS }, () =>
          payouts.getHandle(reference).reschedule({ scheduledAt, ...(by ? { by } : {}) }),
        ),
      );
      print(options, moved, () => formatShow(moved));
    });
}
