import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { createTracing, type Tracing } from './tracing.js';

export interface ExportedTraces {
  readonly tracing: Tracing;
  /** Sends what is left, and waits no longer than a moment for it. */
  stop(): Promise<void>;
}

const STOPS_WITHIN_MS = 2_000;
const AWAY = 'traces cannot be sent, and are dropped: check OTEL_EXPORTER_OTLP_ENDPOINT';

/** Sends spans to the collector that OTEL_EXPORTER_OTLP_… names, in the background. What cannot be sent is dropped, and said once. */
export function exportTraces(warn: (line: string) => void): ExportedTraces {
  let isAway = false;
  const hear = (away: boolean): void => {
    if (away && !isAway) warn(AWAY);
    isAway = away;
  };
  const provider = new BasicTracerProvider({
    // Of the environment alone: detectors of hosts and processes would tell command lines, too.
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'payouts' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(heard(new OTLPTraceExporter(), hear))],
  });
  const tracing = createTracing(provider);
  return {
    tracing,
    async stop() {
      tracing.close();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, STOPS_WITHIN_MS, true)));
      const sent = provider.shutdown().then(
        () => false,
        () => true,
      );
      if (await Promise.race([sent, patience])) hear(true);
      clearTimeout(timer);
    },
  };
}

const heard = (exporter: SpanExporter, hear: (isAway: boolean) => void): SpanExporter => ({
  export(spans, resolve) {
    exporter.export(spans, (result) => {
      hear(result.error !== undefined);
      resolve(result);
    });
  },
  forceFlush: async () => exporter.forceFlush?.(),
  shutdown: () => exporter.shutdown(),
});
