import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';
import { ConfigError } from '../providers/config-error.js';
import { isEncrypting } from '../temporal/data-converter.js';
import { KEYS_VARIABLE } from '../temporal/encryption-keys.js';

export type WorkflowSource = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>;

/**
 * The bundle made by the build where there is one; else the workflows are bundled now. With `tracing` it is the one that hands a trace
 * on to the steps.
 */
export function workflowSource(
  env: Readonly<Record<string, string | undefined>> = process.env,
  { tracing = false }: { readonly tracing?: boolean } = {},
): WorkflowSource {
  const name = `workflow-bundle${isEncrypting(env) ? '.encrypting' : ''}${tracing ? '.tracing' : ''}.js`;
  const codePath = fileURLToPath(new URL(`../../${name}`, import.meta.url));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: fileURLToPath(new URL('../../workflows', import.meta.url)) };
}

/** Stands in the bundle where our converter of failures does. */
const MARK = 'encodeCommonAttributes: true }';

/**
 * Refuses a bundle whose workflows would tell the server the messages of their errors in clear. Workflows given by path are bundled by
 * Temporal with the right converter.
 */
export async function expectEncoding({ workflowBundle }: WorkflowSource): Promise<void> {
  if (!workflowBundle) return;
  const code = 'code' in workflowBundle ? workflowBundle.code : await readFile(workflowBundle.codePath, 'utf8');
  if (!code.includes(MARK))
    throw new ConfigError(
      KEYS_VARIABLE,
      'is set, and the bundle of workflows was made without the converter that encodes failures: use workflowSource(), or give ' +
        'bundleWorkflowCode the failureConverterPath of readDataConverter()',
    );
}
