import { pino, type DestinationStream } from 'pino';
import type { Logger, LogMetadata } from '@temporalio/worker';
import { referenceIn } from '../observability/reference-in.js';
import { hideSecrets } from './hide-secrets.js';
import type { OutputOptions } from './output.js';

/** The log of a worker, on stderr: JSON lines, or one readable line each. */
export function createWorkerLog({ json }: OutputOptions): Log {
  return toLog({ write: (line) => void process.stderr.write(hideSecrets(json ? line : toReadable(line))) });
}

export interface Log {
  readonly info: (message: string, fields?: Readonly<Record<string, string | number>>) => void;
  readonly warn: (message: string) => void;
  /** What the SDK has to say, from warnings on: its bundler and its pollers are talkative. */
  readonly sdk: Logger;
}

/** Of an error only name and message are kept: others may carry a whole request. */
export function toLog(destination: DestinationStream): Log {
  const formatters = { level: (level: string) => ({ level }) };
  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, destination);
  const warn = (message: string, meta: LogMetadata = {}) => {
    if (!EXPECTED.test(message)) log.warn(toPlain(meta), message);
  };
  const error = (message: string, meta: LogMetadata = {}) => log.error(toPlain(meta), message);
  const silent = () => undefined;
  return {
    info: (message, fields = {}) => log.info(fields, message),
    warn: (message) => log.warn(message),
    sdk: {
      trace: silent,
      debug: silent,
      info: silent,
      warn,
      error,
      log: (level, message, meta) => (level === 'ERROR' ? error : level === 'WARN' ? warn : silent)(message, meta),
    },
  };
}

/** The workers of the accounts have steps only. */
const EXPECTED = /^No workflows registered/;

/** The token of a task says nothing that the other fields do not. */
const LEFT_OUT: ReadonlySet<string> = new Set(['taskToken']);

function toPlain(meta: LogMetadata): Record<string, unknown> {
  const reference = referenceIn(String(meta['workflowId']));
  const told = Object.entries({ ...(reference === undefined ? {} : { reference }), ...meta });
  return Object.fromEntries(
    told
      .filter(([key]) => !LEFT_OUT.has(key))
      .map(([key, value]: [string, unknown]) => [
        key,
        value instanceof Error ? `${value.name}: ${value.message}` : typeof value === 'bigint' ? String(value) : value,
      ]),
  );
}

/** What a person wants to see of a line; the rest is in the JSON. */
const SHOWN = ['step', 'reference', 'workflowId', 'activityType', 'attempt', 'status', 'waitingFor', 'error'];

export function toReadable(line: string): string {
  const { workflowId, ...rest } = JSON.parse(line) as Readonly<Record<string, string | number | undefined>>;
  // Of a payout its reference is enough.
  const entry = rest['reference'] === undefined ? { ...rest, workflowId } : rest;
  const shown = SHOWN.flatMap((key) => (entry[key] === undefined ? [] : [`${key}=${entry[key]}`]));
  const { time = '', level = '', msg = '' } = entry;
  return `${[String(time).slice(11, 19), String(level).padEnd(5), msg, ...shown].join(' ').trimEnd()}\n`;
}
