import { isSpanContextValid, ROOT_CONTEXT, trace, type Context, type SpanContext } from '@opentelemetry/api';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { TRACE_HEADER } from '../../workflows/trace-header.js';

/** W3C's `traceparent`: version, trace, span, flags. */
const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * The headers with this span in them. Of it only the ids go into a history: a caller's baggage could hold anything, and would be
 * there in clear.
 */
export function withSpan(headers: Headers, span: SpanContext): Headers {
  if (!isSpanContextValid(span)) return headers;
  const { traceId, spanId, traceFlags } = span;
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  return { ...headers, [TRACE_HEADER]: defaultPayloadConverter.toPayload({ traceparent }) };
}

/** Where the trace comes from; the root of a new one where the headers hold none that can be read. */
export function contextOf(headers: Headers): Context {
  const [, traceId, spanId, flags] = PARENT.exec(readParent(headers)) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, span);
}

function readParent({ [TRACE_HEADER]: payload }: Headers): string {
  try {
    const carried = payload ? defaultPayloadConverter.fromPayload<{ traceparent?: unknown } | null>(payload) : null;
    return String(carried?.traceparent);
  } catch {
    return '';
  }
}
