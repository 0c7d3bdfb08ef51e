import type { ExportedTraces } from '../tracing/export-traces.js';
import type { Env } from './temporal.js';

const INSTALL =
  'npm install @opentelemetry/exporter-trace-otlp-proto@0.223.1 @opentelemetry/resources@2.12.1 @opentelemetry/sdk-trace-base@2.12.1';

/**
 * Traces as the standard variables of OpenTelemetry ask for them; nothing is loaded where they do not. What hinders them is said and
 * hinders nothing else: the variables are often set for all programs of a machine.
 */
export async function startTraces(env: Env, warn: (line: string) => void): Promise<ExportedTraces | undefined> {
  if (!areWanted(env)) return undefined;
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || SPOKEN;
  if (protocol !== SPOKEN) {
    warn(`nothing is traced: OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}, and only ${SPOKEN} is spoken`);
    return undefined;
  }
  try {
    const { exportTraces } = await import('../tracing/export-traces.js');
    return exportTraces(warn);
  } catch (error) {
    warn(`nothing is traced: ${isNotInstalled(error) ? `install what it needs by: ${INSTALL}` : messageOf(error)}`);
    return undefined;
  }
}

const SPOKEN = 'http/protobuf';

function areWanted(env: Env): boolean {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const exporters = env['OTEL_TRACES_EXPORTER'];
  if (exporters) return exporters.split(',').some((exporter) => exporter.trim() === 'otlp');
  return Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
}

const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');
