// Bundles the workflows once per build, so that a worker starts in a third of the time and needs no bundler: plain, and with the
// converter that puts the messages of errors where they are encrypted; each of them also with what hands a trace on to the steps.
import { copyFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const quiet = { trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error, log() {} };
const failureConverterPath = path('../dist/src/temporal/failure-converter.cjs');
await copyFile(path('../src/temporal/failure-converter.cjs'), failureConverterPath);
const bundle = async (name, options) => {
  const { code } = await bundleWorkflowCode({ workflowsPath: path('../dist/workflows'), logger: quiet, ...options });
  await writeFile(path(`../dist/${name}`), code);
};
await bundle('workflow-bundle.js', {});
await bundle('workflow-bundle.encrypting.js', { failureConverterPath });
const workflowInterceptorModules = [path('../dist/workflows/trace-header.js')];
await bundle('workflow-bundle.tracing.js', { workflowInterceptorModules });
await bundle('workflow-bundle.encrypting.tracing.js', { failureConverterPath, workflowInterceptorModules });
