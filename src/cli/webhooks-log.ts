import { pino } from 'pino';
import type { Log } from '../webhooks/log.js';
import { hideSecrets } from './hide-secrets.js';
import type { OutputOptions } from './output.js';

/** The log of the receiver, on stderr: JSON lines, or one readable line each. */
export function createWebhooksLog({ json }: OutputOptions): Log {
  const formatters = { level: (level: string) => ({ level }) };
  const write = (line: string) => void process.stderr.write(hideSecrets(json ? line : toReadable(line)));
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, { write });
}

/** The fields are written as JSON: a provider's text cannot look like a line of ours. */
function toReadable(line: string): string {
  const { time = '', level = '', msg = '', ...fields } = JSON.parse(line) as Readonly<Record<string, string | number>>;
  const shown = Object.entries(fields).map(([key, value]) => `${key}=${toPlain(value)}`);
  return `${[String(time).slice(11, 19), String(level).padEnd(5), msg, ...shown].join(' ')}\n`;
}

const toPlain = (value: string | number): string => {
  const text = String(value);
  return /^[\w./:-]+$/.test(text) ? text : JSON.stringify(text);
};
