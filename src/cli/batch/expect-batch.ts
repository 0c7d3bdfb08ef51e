import type { BatchDescription, Batches } from '../../batch/engine.js';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';

/** A batch that was handed over whole. Throws where there is none. */
export async function expectBatch(batches: Pick<Batches, 'describe'>, batchId: string): Promise<BatchDescription> {
  const description = await batches.describe(batchId);
  if (!description) throw notThere(`no batch has the id ${batchId}: check the spelling, or give the file again`);
  // Its rows were being handed over when somebody or something cut that short.
  if (description.total === 0)
    throw notThere(`batch ${batchId} is not here whole, and pays nobody: give its file again`);
  return description;
}

const notThere = (message: string): CliError => new CliError('BatchNotFound', message, EXIT.refused);
