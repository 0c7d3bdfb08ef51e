import { CommanderError } from 'commander';
import { createProgram } from '../../src/cli/program.js';

/** What is missing where a command is only named. */
const MERELY_NAMED = new Set([
  'commander.missingArgument',
  'commander.missingMandatoryOptionValue',
  'commander.optionMissingArgument',
]);
const ASKED_FOR_HELP = new Set(['commander.helpDisplayed', 'commander.version', 'commander.help']);

/** What the command line would refuse of these words, or nothing. They are not carried out. */
export function refusalOf(words: readonly string[], isComplete = true): string | undefined {
  const program = createProgram();
  program.configureOutput({ writeOut: () => undefined });
  for (const command of program.commands) {
    command.action(() => undefined);
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined });
  }
  try {
    program.parse([...words], { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (ASKED_FOR_HELP.has(error.code) || (!isComplete && MERELY_NAMED.has(error.code))) return undefined;
    return error.message;
  }
}
