import { InvalidArgumentError } from 'commander';
import { BATCH_ID } from '../../batch/batch-id.js';
import type { ProviderForm } from '../../batch/form-layout.js';
import { usageError } from '../cli-error.js';
import type { OutputOptions } from '../output.js';

/** As the command line gives them. */
export interface BatchFlags extends OutputOptions {
  readonly dryRun?: boolean;
  readonly attach?: string;
  readonly results?: string;
  readonly id?: string;
  readonly skipBad?: boolean;
  readonly badOut?: string;
  readonly referenceFrom?: readonly string[];
  readonly provider?: string;
  readonly study?: string;
  readonly currency?: string;
  readonly account?: string;
  /** False with `--no-wait`. */
  readonly wait: boolean;
  readonly timeout?: number;
  readonly out?: string;
}

export interface FileOrder extends OutputOptions {
  readonly kind: 'file';
  readonly file: string;
  readonly dryRun: boolean;
  readonly id?: string;
  readonly skipBad: boolean;
  readonly badOut?: string;
  readonly referenceFrom: readonly string[];
  readonly form?: ProviderForm;
  readonly wait: boolean;
  readonly timeoutMs?: number;
  readonly out?: string;
}

export interface AttachOrder extends OutputOptions {
  readonly kind: 'attach';
  readonly batchId: string;
  readonly timeoutMs?: number;
  readonly out?: string;
}

export interface ResultsOrder extends OutputOptions {
  readonly kind: 'results';
  readonly batchId: string;
  readonly out?: string;
}

/** What is asked for. Throws where flags do not go together. */
export function toOrder(file: string | undefined, flags: BatchFlags): FileOrder | AttachOrder | ResultsOrder {
  const { attach, results, json, out, timeout } = flags;
  const asked = [file, attach, results].filter((one) => one !== undefined);
  if (asked.length !== 1) throw usage('give exactly one of a file, --attach and --results');
  const common = { ...(json ? { json } : {}), ...(out === undefined ? {} : { out }) };
  const timed = timeout === undefined ? {} : { timeoutMs: timeout };
  if (file !== undefined) return toFileOrder(file, flags, { ...common, ...timed });
  refuse(FOR_FILES, flags, 'goes with a file only');
  if (attach !== undefined) return { kind: 'attach', batchId: attach, ...common, ...timed };
  refuse(['timeout'], flags, 'does not go with --results, which waits for nothing');
  return { kind: 'results', batchId: results as string, ...common };
}

const FOR_FILES = [
  'dryRun',
  'id',
  'skipBad',
  'badOut',
  'referenceFrom',
  'provider',
  'study',
  'currency',
  'account',
] as const;

function toFileOrder(
  file: string,
  flags: BatchFlags,
  given: { readonly json?: boolean; readonly out?: string; readonly timeoutMs?: number },
): FileOrder {
  const { id, badOut, skipBad = false, dryRun = false, wait } = flags;
  const form = toForm(flags);
  if (badOut !== undefined && !skipBad) throw usage('--bad-out goes with --skip-bad only');
  if (dryRun)
    refuse(['out', 'badOut', 'timeout'], flags, 'does not go with --dry-run, which starts and writes nothing');
  if (!wait) refuse(['out', 'timeout'], flags, 'does not go with --no-wait');
  if (file === '-' && skipBad && !dryRun && badOut === undefined)
    throw usage('--skip-bad with standard input needs --bad-out: name a file for the bad rows');
  return {
    kind: 'file',
    file,
    dryRun,
    skipBad,
    wait,
    referenceFrom: flags.referenceFrom ?? [],
    ...given,
    ...(id === undefined ? {} : { id }),
    ...(badOut === undefined ? {} : { badOut }),
    ...(form ? { form } : {}),
  };
}

function toForm(flags: BatchFlags): ProviderForm | undefined {
  const { provider, study, currency, account } = flags;
  if (provider === undefined) {
    refuse(
      ['study', 'currency', 'account'],
      flags,
      'goes with --provider only: it is for files in a provider’s own form',
    );
    return undefined;
  }
  if (study === undefined || currency === undefined)
    throw usage('--provider needs --study and --currency: a file in a provider’s own form holds neither');
  return { provider, study, currency, ...(account === undefined ? {} : { account }) };
}

function refuse(names: readonly (keyof BatchFlags)[], flags: BatchFlags, why: string): void {
  const name = names.find((one) => flags[one] !== undefined);
  if (name !== undefined) throw usage(`--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${why}`);
}

const usage = (message: string) => usageError(`${message}: see \`payouts batch --help\``);

export function parseBatchId(text: string): string {
  if (BATCH_ID.test(text)) return text;
  throw new InvalidArgumentError('It has to be 1 to 100 of A-Z a-z 0-9 . _ -');
}

/** `study,participant` as its parts. */
export function parseParts(text: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.every((part) => part !== '' && part !== '=')) return parts;
  throw new InvalidArgumentError('It has to be columns with commas between them, for example study,id.');
}
