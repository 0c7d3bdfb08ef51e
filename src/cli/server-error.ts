import { ServerUnreachable, type PayoutsError } from '../payout/errors.js';
import { CliError } from './cli-error.js';
import { errorChain } from './error-chain.js';
import { EXIT } from './exit-codes.js';

const NAMES: ReadonlySet<string> = new Set(['ServiceError', 'ServerUnreachable', 'TransportError']);
const REFUSES: ReadonlySet<unknown> = new Set([7, 16]);

/** The error of the Temporal server, in our words; nothing where it came from elsewhere. */
export function toServerError(error: unknown): PayoutsError | CliError | undefined {
  const chain = errorChain(error);
  const [outermost] = chain;
  const innermost = chain.at(-1);
  if (!outermost || !innermost) return undefined;
  if (chain.some(({ name }) => name === 'NamespaceNotFoundError'))
    return new CliError(
      'Config',
      `${lowerFirst(outermost.message)}: create it, or mend TEMPORAL_NAMESPACE`,
      EXIT.usage,
    );
  if (outermost.name.startsWith('Workflow') && innermost !== outermost)
    return new CliError(
      'WorkflowFailed',
      `the payout's workflow did not do it (${innermost.message}): look at it in the Temporal UI`,
      EXIT.refused,
    );
  if (!NAMES.has(outermost.name)) return undefined;
  if (/search attribute/i.test(innermost.message))
    return new CliError(
      'SearchAttributes',
      'the namespace lacks search attributes: run `payouts migrate`',
      EXIT.refused,
    );
  if ('code' in innermost && REFUSES.has(innermost.code))
    return new ServerUnreachable(
      `the Temporal server refuses (${innermost.message}): check TEMPORAL_API_KEY and the certificates`,
    );
  if (outermost instanceof ServerUnreachable && innermost === outermost) return outermost;
  return new ServerUnreachable(
    `the Temporal server did not do it (${innermost.message}): check TEMPORAL_ADDRESS and the server`,
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
