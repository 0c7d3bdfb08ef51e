import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Answer } from './answer.js';

/** Sends an answer, or fails to. `stopping` ends a dripping reply. */
export async function sendAnswer(reply: FastifyReply, answer: Answer, stopping: AbortSignal): Promise<void> {
  switch (answer.kind) {
    case 'broken':
      reply.hijack();
      reply.raw.destroy();
      return;
    case 'silence':
      reply.hijack();
      return;
    case 'reply':
      if (answer.dripMs === undefined) return sendAtOnce(reply, answer);
      reply.hijack();
      return drip(reply.raw, answer, answer.dripMs, stopping);
    default:
      answer satisfies never;
  }
}

type Reply = Extract<Answer, { kind: 'reply' }>;

async function sendAtOnce(reply: FastifyReply, { status, contentType, body }: Reply): Promise<void> {
  void reply.code(status);
  // No body at all, and no type for it: an empty 201 is what Respondent documents.
  await (body === '' ? reply.send() : reply.type(contentType).send(body));
}

const DRIPS = 8;

/** Sends the head at once and the body bit by bit: a time-out between two bytes never fires, a total deadline does. */
async function drip(raw: ServerResponse, { status, contentType, body }: Reply, dripMs: number, stopping: AbortSignal) {
  raw.writeHead(status, { 'Content-Type': contentType });
  raw.flushHeaders();
  const bytes = Buffer.from(body);
  for (let part = 0; part < DRIPS && !raw.destroyed && !stopping.aborted; part += 1) {
    await sleep(dripMs / DRIPS, undefined, { signal: stopping }).catch(() => undefined);
    const [from, to] = [part, part + 1].map((index) => Math.floor((index * bytes.length) / DRIPS));
    raw.write(bytes.subarray(from, to));
  }
  raw.end();
}
