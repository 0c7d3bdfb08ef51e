import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { SpanKind, type Attributes, type Tracer } from '@opentelemetry/api';
import { HTTP_CHANNEL, type ObservedRequest } from '../providers/observe-http.js';
import { markError, type CurrentStep } from './step.js';

/** Each request of a step to its provider is a span, made when it has ended: what leaves for the provider stays as it is. */
export function traceRequests(tracer: Tracer, current: CurrentStep): () => void {
  const tell = (message: unknown): void => {
    const step = current.getStore();
    if (!step) return;
    const request = message as ObservedRequest;
    const endedAtMs = Date.now();
    const { method, route } = request;
    const attributes = { ...step.account, ...attributesOf(request) };
    const span = tracer.startSpan(
      route === undefined ? method : `${method} ${route}`,
      { kind: SpanKind.CLIENT, startTime: endedAtMs - request.durationMs, attributes },
      step.context,
    );
    const { outcome } = request;
    if (typeof outcome === 'string' || outcome >= 400) markError(span, String(outcome));
    span.end(endedAtMs);
  };
  subscribe(HTTP_CHANNEL, tell);
  return () => void unsubscribe(HTTP_CHANNEL, tell);
}

/** The names of OpenTelemetry's conventions for HTTP, without all that could name a person: no path, no query, no body, no header. */
function attributesOf({ baseUrl, method, route, kind, outcome }: ObservedRequest): Attributes {
  const { hostname, port } = new URL(baseUrl);
  return {
    'http.request.method': method,
    'server.address': hostname,
    ...(port === '' ? {} : { 'server.port': Number(port) }),
    ...(route === undefined ? {} : { 'url.template': route }),
    ...(typeof outcome === 'number' ? { 'http.response.status_code': outcome } : {}),
    'payouts.request': kind,
  };
}
