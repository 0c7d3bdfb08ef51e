import { CommanderError, type Command } from 'commander';
import { usageError } from './cli-error.js';
import { toTold } from './errors.js';
import { EXIT } from './exit-codes.js';
import { note, printError } from './output.js';

/** Runs one command line. Returns what the process is to end with; commands set `process.exitCode` where it is not 0. */
export async function run(program: Command, args: readonly string[]): Promise<number> {
  try {
    await program.parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? EXIT.done);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    // `payouts` alone prints its help to stderr.
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    const told = toTold(error instanceof CommanderError ? fromCommander(error, program, args) : error);
    printError({ json: wantsJson(args) }, told);
    if (told.code === 'Unexpected' && process.env['PAYOUTS_DEBUG']) note(String((error as Error).stack));
    return told.exit;
  }
}

/** `error: unknown option '--x'\n(Did you mean --y?)` as one of our lines, with the help that fits. */
function fromCommander(error: CommanderError, program: Command, args: readonly string[]): Error {
  const [first = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const what = [first.replace(/\.$/, ''), ...hints].join(' ');
  const name = program.commands.map((command) => command.name()).find((known) => args.includes(known));
  return usageError(`${what}: see \`payouts ${name === undefined ? '' : `${name} `}--help\``);
}

/** Also when the command line could not be parsed. What follows `--` is no option. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).includes('--json');
}
