import { manifestSandbox } from '../../src/providers/manifest/sandbox.js';
import { prolificSandbox } from '../../src/providers/prolific/sandbox.js';
import { respondentSandbox } from '../../src/providers/respondent/sandbox.js';
import { startControl } from '../../src/sandbox/control.js';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { tellReady } from './program.js';

/** What it tells when it is ready. */
export interface SandboxReady {
  readonly env: Readonly<Record<string, string>>;
  /** Where journal and requests are read. */
  readonly control: string;
  readonly manifestUrl: string;
}

/** The providers, each at its quickest: what is measured is ours, not their pauses. */
const sandbox = await startSandbox({
  providers: [
    manifestSandbox({ createdMs: 0, readyMs: 0, pendingMs: 0 }),
    prolificSandbox({ visibleAfterMs: 0 }),
    respondentSandbox(),
  ],
  // All of them: they are counted.
  requestsKept: Number.MAX_SAFE_INTEGER,
});
const control = await startControl(sandbox);
const ready: SandboxReady = {
  env: sandbox.env,
  control: control.url,
  manifestUrl: sandbox.baseUrl('manifest'),
};
tellReady(ready, () => Promise.all([control.stop(), sandbox.stop()]));
