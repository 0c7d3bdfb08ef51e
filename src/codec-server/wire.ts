import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { z } from 'zod';

const { Payload: WirePayload, Payloads } = proto.temporal.api.common.v1;

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/);
const bodySchema = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() })),
});

/** Thrown for a body that holds no payloads. Fastify answers with its status. */
class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
  readonly statusCode = 400;
}

/** The payloads of a request, bytes as base64, as protobuf's JSON has them. */
export function readPayloads(body: unknown): Payload[] {
  const read = bodySchema.safeParse(body);
  if (!read.success) throw new UnreadableBody('no payloads');
  return Payloads.fromObject(read.data).payloads;
}

export const writePayloads = (payloads: readonly Payload[]) => ({
  payloads: payloads.map((payload) => WirePayload.toObject(WirePayload.create(payload), { bytes: String })),
});
