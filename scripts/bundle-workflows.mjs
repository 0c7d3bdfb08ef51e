// Bundles the workflows once per build, so that a worker starts in a third of the time and needs no bundler: plain, and with the
// converter that puts the messages of errors where they are encrypted; each of them also with what hands a trace on to the steps.
// Below the folder of the compiled sources, `dist` unless given.
import { copyFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const [folder = 'dist'] = process.argv.slice(2);
const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const quiet = { trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error, log() {} };
const failureConverterPath = path(`${folder}/src/temporal/failure-converter.cjs`);
await copyFile(path('src/temporal/failure-converter.cjs'), failureConverterPath);
// One module of all of ours: each is set up anew for every payout.
const webpackConfigHook = (config) => ({ ...config, optimization: { concatenateModules: true, usedExports: true } });
const bundle = async (name, options) => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path(`${folder}/workflows`),
    logger: quiet,
    webpackConfigHook,
    ...options,
  });
  await writeFile(path(`${folder}/${name}`), code);
};
await bundle('workflow-bundle.js', {});
await bundle('workflow-bundle.encrypting.js', { failureConverterPath });
const workflowInterceptorModules = [path(`${folder}/workflows/trace-header.js`)];
await bundle('workflow-bundle.tracing.js', { workflowInterceptorModules });
await bundle('workflow-bundle.encrypting.tracing.js', { failureConverterPath, workflowInterceptorModules });
