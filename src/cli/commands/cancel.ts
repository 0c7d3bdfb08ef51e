import type { Command } from 'commander';
import type { CancelResult } from '../../payout/view.js';
import { addCommand, parseFilled, parseSeconds } from '../command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { print, type OutputOptions } from '../output.js';

interface CancelOptions extends OutputOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly timeout?: number;
}

export function cancel(program: Command): void {
  addCommand(program, {
    usage: 'cancel <reference>',
    summary: 'cancel a payout, where that is still possible',
    description: [
      'Cancels a payout, and tells the truth about it.',
      'Ends with 0: canceled; 1: too late, or refused by the provider; 3: in doubt, so nobody can know yet.',
    ],
    examples: ['payouts cancel study-42/p-007 --by "Ada" --reason "withdrew from the study"'],
  })
    .option('--by <name>', 'who cancels, for the ledger', parseFilled)
    .option('--reason <text>', 'why, for the ledger', parseFilled)
    .option('--timeout <seconds>', 'how long to wait for the answer (default: 60)', parseSeconds)
    .action(async (reference: string, { by, reason, timeout, ...options }: CancelOptions) => {
      const { DECISION_TIMEOUT_MS, withinTime, withPayouts } = await import('../open-payouts.js');
      const result = await withPayouts(process.env, ({ payouts, temporal }) =>
        withinTime(temporal, { reference, timeoutMs: timeout ?? DECISION_TIMEOUT_MS }, () =>
          payouts.getHandle(reference).cancel({ ...(by ? { by } : {}), ...(reason ? { reason } : {}) }),
        ),
      );
      print(options, { reference, ...result }, () => describeCancel(reference, result));
      process.exitCode = EXITS[result.result];
    });
}

const EXITS = {
  canceled: EXIT.done,
  too_late: EXIT.refused,
  in_doubt: EXIT.inDoubt,
} as const satisfies Record<CancelResult['result'], ExitCode>;

function describeCancel(reference: string, { result, status }: CancelResult): string {
  switch (result) {
    case 'canceled':
      return `${reference} is canceled`;
    case 'too_late':
      // It could still be canceled, if the provider let us.
      return status === 'ready' || status === 'created'
        ? `${reference} is not canceled: the provider refuses it, and is asked again ever more rarely; it is ${status}`
        : `too late to cancel ${reference}: it is ${status}`;
    case 'in_doubt':
      return `${reference} is in doubt: money may have moved, so it cannot be called canceled`;
    default:
      return result satisfies never;
  }
}
