import type { Command } from 'commander';
import { acceptLedger } from './commands/accept-ledger.js';
import { batch } from './commands/batch.js';
import { cancel } from './commands/cancel.js';
import { codecServer } from './commands/codec-server.js';
import { demo } from './commands/demo.js';
import { dev } from './commands/dev.js';
import { doctor } from './commands/doctor.js';
import { list } from './commands/list.js';
import { migrate } from './commands/migrate.js';
import { reschedule } from './commands/reschedule.js';
import { resolve } from './commands/resolve.js';
import { resume } from './commands/resume.js';
import { sandbox } from './commands/sandbox.js';
import { show } from './commands/show.js';
import { start } from './commands/start.js';
import { wait } from './commands/wait.js';
import { webhooks } from './commands/webhooks.js';
import { worker } from './commands/worker.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly ((program: Command) => void)[] = [
  demo,
  dev,
  start,
  batch,
  show,
  list,
  wait,
  cancel,
  reschedule,
  resume,
  resolve,
  worker,
  webhooks,
  codecServer,
  sandbox,
  migrate,
  acceptLedger,
  doctor,
];
