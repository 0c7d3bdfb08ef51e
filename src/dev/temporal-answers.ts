import { connect } from 'node:net';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from './temporal-arguments.js';

const REPLY_WITHIN_MS = 5_000;

export interface TemporalPlace {
  readonly port: number;
  readonly uiPort: number | undefined;
  readonly namespace: string;
}

/** Whether payouts can be started there: the namespace exists and knows our search attributes, which come a little later. */
export async function temporalAnswers({ port, uiPort, namespace }: TemporalPlace): Promise<boolean> {
  // gRPC waits a second after a connection that was refused: knock first.
  if (!(await isListening(port))) return false;
  if (uiPort !== undefined && !(await isListening(uiPort))) return false;
  const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: REPLY_WITHIN_MS });
  try {
    const known = await connection.withDeadline(Date.now() + REPLY_WITHIN_MS, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in known.customAttributes);
  } finally {
    await connection.close();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
