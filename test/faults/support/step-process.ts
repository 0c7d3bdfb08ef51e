import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { PayoutInput, View } from '../../../src/payout/view.js';
import { until } from '../../support/until.js';
import { STEP_TIMES } from './steps.js';

export interface StepProcess {
  /** Stops it where it stands, as a virtual machine is paused: its connections stay open, and it knows nothing of it. */
  freeze(): Promise<void>;
  wake(): void;
  kill(): Promise<void>;
  /** What its steps told in the end, in the order of the requests; throws with what it printed where they told nothing. */
  views(): Promise<readonly View[]>;
}

/** Takes the step `submit` for all requests at once, in a process of its own. A trap on the way tells how far it is. */
export function startStepProcess(env: Readonly<Record<string, string>>, requests: readonly PayoutInput[]): StepProcess {
  const main = fileURLToPath(new URL('./step-main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main], {
    env: {
      PATH: process.env['PATH'],
      ...STEP_TIMES,
      ...env,
      STEP_REQUESTS: JSON.stringify(requests),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => void (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => void (complaints += data.toString()));
  const ended = once(child, 'close');
  return {
    async freeze() {
      child.kill('SIGSTOP');
      await until(
        () => stateOf(child.pid as number),
        (state) => state === 'T',
        () => 'the process to be frozen',
      );
    },
    wake: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async views() {
      await ended;
      if (output === '') throw new Error(`the steps told nothing: ${complaints}`);
      return JSON.parse(output) as View[];
    },
  };
}

/** As the kernel tells it: `T` is stopped. Elsewhere than on Linux the signal is taken at its word. */
async function stateOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return 'T';
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
}
