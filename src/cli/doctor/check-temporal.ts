import { findMissing } from '../../temporal/search-attributes.js';
import { connectTemporal, type Env, type Temporal } from '../temporal.js';
import { checkQueues } from './check-queues.js';
import { finding, good, problem, type Finding } from './finding.js';

/** The server, the namespace, the search attributes, and who polls the queues. */
export async function checkTemporal(env: Env): Promise<readonly Finding[]> {
  let temporal: Temporal | undefined;
  const reached = await finding('Temporal server', async () => {
    temporal = await connectTemporal(env);
    const { serverVersion } = await temporal.connection.workflowService.getSystemInfo({});
    return `${temporal.address}, version ${serverVersion}`;
  });
  if (!temporal) return [reached];
  try {
    const namespace = await checkNamespace(temporal);
    if (!namespace.ok) return [reached, namespace];
    return [reached, namespace, await checkSearchAttributes(temporal), ...(await checkQueues(env, temporal))];
  } finally {
    await temporal.connection.close();
  }
}

const NOT_FOUND = 5;
const SECONDS_PER_DAY = 86_400;

async function checkNamespace({ connection, target: { namespace } }: Temporal): Promise<Finding> {
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / SECONDS_PER_DAY;
    return good(
      'namespace',
      `${namespace}, keeps ended workflows for ${Math.round(days * 10) / 10} days; the ledger keeps all`,
    );
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === NOT_FOUND))
      return finding('namespace', () => Promise.reject(error));
    return problem('namespace', `${namespace} does not exist: create it, or mend TEMPORAL_NAMESPACE`);
  }
}

async function checkSearchAttributes({ connection, target }: Temporal): Promise<Finding> {
  const missing = await findMissing(connection, target.namespace).catch((error: unknown) => error);
  if (!Array.isArray(missing)) return finding('search attributes', () => Promise.reject(missing));
  return missing.length === 0
    ? good('search attributes', 'all registered')
    : problem(
        'search attributes',
        `${missing.join(', ')} missing, so no payout can be started: run \`payouts migrate\``,
      );
}
