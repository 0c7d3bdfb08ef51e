import type { Command } from 'commander';
import { parseBatchId, parseParts, toOrder, type BatchFlags } from '../batch/options.js';
import { addCommand, parseFilled, parseSeconds } from '../command.js';

export function batch(program: Command): void {
  const command = addCommand(program, {
    usage: 'batch [file]',
    summary: 'pay a CSV of payouts as one batch, and follow it to its end',
    description: [
      'Pays every row of a CSV: our columns, or with --provider a provider’s own form. - reads standard input.',
      'The whole file is checked first, and every bad row is named; nothing is started unless all are good.',
      'The same file again is the same batch: it pays nobody twice.',
      'Follows the batch to its end; Ctrl-C leaves it running.',
      'The results are written beside the file, as FILE.results.csv.',
      'Ends with 0: all sent; 1: any ended otherwise or was skipped; 2: bad input; 3: any in doubt; 4: waited too long.',
    ],
    examples: [
      'payouts batch payouts.csv --dry-run',
      'payouts batch payouts.csv',
      'payouts batch bonuses.csv --provider prolific --study STUDY --currency GBP --reference-from study,id',
      'payouts batch --attach march-2026',
      'payouts batch --results march-2026 --out march.csv',
    ],
  });
  command
    .option('--dry-run', 'show what would happen: totals, fees, balances, rows already paid; start nothing')
    .option('--attach <id>', 'look at a batch that was started, and follow it', parseFilled)
    .option('--results <id>', 'write the results of a batch again, to --out or stdout', parseFilled)
    .option('--id <id>', "the batch's id (default: made from the file's content)", parseBatchId)
    .option('--skip-bad', 'start the good rows, and write the bad ones out')
    .option('--bad-out <file>', 'where the bad rows go (default: FILE.bad.csv)', parseFilled)
    .option(
      '--reference-from <columns>',
      'build missing references from these columns, joined by "/"; =TEXT is a text of your own',
      parseParts,
    )
    .option('--provider <name>', "the file is in this provider's own form", parseFilled)
    .option('--study <id>', 'with --provider: the study of all rows', parseFilled)
    .option('--currency <code>', 'with --provider: the currency of all amounts', parseFilled)
    .option('--account <name>', 'with --provider: the account that pays (default: default)', parseFilled)
    .option('--no-wait', 'start it, print its id and return')
    .option('--timeout <seconds>', 'give up following after so long (default: never)', parseSeconds)
    .option('--out <file>', 'where the results go (default: FILE.results.csv)', parseFilled)
    .action(async (file: string | undefined, flags: BatchFlags) => {
      const order = toOrder(file, flags);
      const { runBatch } = await import('../batch/run-batch.js');
      process.exitCode = await runBatch(process.env, order);
    });
}
