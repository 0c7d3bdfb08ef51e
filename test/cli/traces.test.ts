import { afterEach, describe, expect, it } from 'vitest';
import { startTraces } from '../../src/cli/traces.js';
import type { ExportedTraces } from '../../src/tracing/export-traces.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };

let traces: ExportedTraces | undefined;
afterEach(() => traces?.stop());

async function start(env: Readonly<Record<string, string>>): Promise<{ isOn: boolean; said: readonly string[] }> {
  const said: string[] = [];
  traces = await startTraces(env, (line) => said.push(line));
  return { isOn: traces !== undefined, said };
}

describe('traces are on', () => {
  it.each([
    ['where a collector is named', ENDPOINT],
    ['where one is named for traces alone', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces' }],
    ['where OTLP is asked for, among others', { OTEL_TRACES_EXPORTER: 'console, otlp' }],
    ['with the protocol that is spoken', { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }],
  ])('%s', async (_where, env) => {
    expect(await start(env)).toEqual({ isOn: true, said: [] });
  });
});

describe('traces are off', () => {
  it.each([
    ['without a variable of OpenTelemetry', {}],
    ['where none are wanted', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
    ['where OpenTelemetry is disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }],
    ['where the variables are empty', { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: '' }],
  ])('%s, and no word is said of it', async (_where, env) => {
    expect(await start(env)).toEqual({ isOn: false, said: [] });
  });

  it('with a protocol that is not spoken, and a line names the variable', async () => {
    expect(await start({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual({
      isOn: false,
      said: ['nothing is traced: OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and only http/protobuf is spoken'],
    });
  });
});
