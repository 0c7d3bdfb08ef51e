/** Cuts a stream of Postgres' protocol into its messages: a type, the length of the rest, the rest. */
export interface Message {
  /** One letter; empty on the first message of a connection, which has none. */
  readonly type: string;
  readonly body: Buffer;
  /** The message as it came. */
  readonly bytes: Buffer;
}

const LENGTH_BYTES = 4;

/** Feed it what arrives; it gives the messages that are whole. `hasStartup`: the first one has no type. */
export function createCutter(hasStartup: boolean): (data: Buffer) => readonly Message[] {
  let rest: Buffer = Buffer.alloc(0);
  let isStartup = hasStartup;
  return (data) => {
    rest = Buffer.concat([rest, data]);
    const messages: Message[] = [];
    for (;;) {
      const typeBytes = isStartup ? 0 : 1;
      if (rest.length < typeBytes + LENGTH_BYTES) return messages;
      const size = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < size) return messages;
      messages.push({
        type: rest.toString('latin1', 0, typeBytes),
        body: rest.subarray(typeBytes + LENGTH_BYTES, size),
        bytes: rest.subarray(0, size),
      });
      rest = rest.subarray(size);
      isStartup = false;
    }
  };
}

/** The texts, each ended by a zero byte, that a message begins with. */
export function readTexts(body: Buffer, count: number): readonly string[] {
  const texts: string[] = [];
  let from = 0;
  while (texts.length < count) {
    const to = body.indexOf(0, from);
    texts.push(body.toString('utf8', from, to));
    from = to + 1;
  }
  return texts;
}
