import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { readDataConverter } from '../../src/temporal/data-converter.js';
import type { WorkflowSource } from '../../src/worker/workflow-source.js';
import { quiet } from './quiet.js';

type Env = Readonly<Record<string, string | undefined>>;

let bundling: Promise<WorkflowSource> | undefined;

/** The workflows for workers that encrypt, bundled once for a test file: the run's own bundle tells the messages of errors in clear. */
export const encryptingWorkflows = (env: Env): Promise<WorkflowSource> => (bundling ??= bundle(env));

async function bundle(env: Env): Promise<WorkflowSource> {
  const { failureConverterPath } = readDataConverter(env);
  const workflowsPath = fileURLToPath(new URL('../../workflows', import.meta.url));
  return {
    workflowBundle: await bundleWorkflowCode({
      workflowsPath,
      logger: quiet,
      ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
    }),
  };
}
