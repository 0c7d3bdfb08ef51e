import { manifestSandbox } from '../providers/manifest/sandbox.js';
import { prolificSandbox } from '../providers/prolific/sandbox.js';
import { respondentSandbox } from '../providers/respondent/sandbox.js';
import type { SandboxFactory } from '../sandbox/provider.js';

/** Every provider's simulated API. */
export const sandboxProviders = (): readonly SandboxFactory[] => [
  manifestSandbox(),
  prolificSandbox(),
  respondentSandbox(),
];
