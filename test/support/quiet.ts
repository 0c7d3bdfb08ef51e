import { DefaultLogger, type LogEntry } from '@temporalio/worker';

/** What the SDK said from warnings on. A test may read it; people see only its errors. */
export const logged: LogEntry[] = [];

export const quiet = new DefaultLogger('WARN', (entry) => {
  logged.push(entry);
  if (entry.level === 'ERROR') console.error(`${entry.level} ${entry.message}`, entry.meta);
});
