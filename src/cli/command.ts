import { InvalidArgumentError, type Command } from 'commander';

export interface CommandText {
  /** Name and arguments, such as `show <reference>`. */
  readonly usage: string;
  readonly summary: string;
  /** What a reader should know beside the options, sentence by sentence. */
  readonly description: readonly string[];
  readonly examples: readonly string[];
}

/** A command as every one of ours is: with `--json` and an example. */
export function addCommand(program: Command, { usage, summary, description, examples }: CommandText): Command {
  return program
    .command(usage)
    .summary(summary)
    .description(description.join(' '))
    .option('--json', 'print JSON on stdout, and nothing else')
    .addHelpText(
      'after',
      ['', examples.length > 1 ? 'Examples:' : 'Example:', ...examples.map((line) => `  ${line}`)].join('\n'),
    );
}

/** Seconds as milliseconds. */
export function parseSeconds(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It has to be seconds, for example 30.');
  return Number(text) * 1000;
}

/** A whole number within limits. */
export const parseWhole =
  (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const limit = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`It has to be a whole number ${limit}.`);
  };

/** A text that says something. */
export function parseFilled(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text.trim();
}
