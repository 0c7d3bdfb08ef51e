import { CliError } from './cli-error.js';
import { EXIT } from './exit-codes.js';
import type { Temporal } from './temporal.js';

const NOT_FOUND = 5;

/** The namespace, as the server describes it. Throws where there is none of this name. */
export async function readNamespace({ connection, target: { namespace } }: Temporal) {
  try {
    return await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === NOT_FOUND)) throw error;
    const message = `namespace ${namespace} does not exist: create it, or mend TEMPORAL_NAMESPACE`;
    throw new CliError('Config', message, EXIT.usage);
  }
}
