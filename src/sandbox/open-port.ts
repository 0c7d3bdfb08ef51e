import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

const TRIES = 20;
const BETWEEN_TRIES_MS = 50;

/** Listens on a port of this machine, 0 for any that is free, and says which it is. */
export async function openPort(app: FastifyInstance, port: number): Promise<number> {
  for (let tried = 1; ; tried += 1) {
    try {
      return portOf(await app.listen({ host: '127.0.0.1', port }));
    } catch (error) {
      // A port that was closed for a while can be some outgoing connection's own for a moment.
      if (port === 0 || !isInUse(error) || tried >= TRIES) throw error;
      await sleep(BETWEEN_TRIES_MS);
    }
  }
}

const portOf = (address: string): number => Number(new URL(address).port);

const isInUse = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
