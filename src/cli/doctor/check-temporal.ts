import { findMissing } from '../../temporal/search-attributes.js';
import { readNamespace } from '../read-namespace.js';
import { connectTemporal, type Env, type Temporal } from '../temporal.js';
import { checkQueues } from './check-queues.js';
import { checkSweep } from './check-sweep.js';
import { finding, good, problem, type Finding } from './finding.js';

/** The server, the namespace, the search attributes, the sweep, and who polls the queues. */
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
    const more = await Promise.all([checkSearchAttributes(temporal), checkSweep(temporal), checkQueues(env, temporal)]);
    return [reached, namespace, ...more.flat()];
  } finally {
    await temporal.connection.close();
  }
}

const SECONDS_PER_DAY = 86_400;

const checkNamespace = (temporal: Temporal): Promise<Finding> =>
  finding('namespace', async () => {
    const { config } = await readNamespace(temporal);
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / SECONDS_PER_DAY;
    const { namespace } = temporal.target;
    return `${namespace}, keeps ended workflows for ${Math.round(days * 10) / 10} days; the ledger keeps all`;
  });

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
