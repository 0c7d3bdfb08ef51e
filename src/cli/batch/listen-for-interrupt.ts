const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export interface Interrupt {
  /** The first Ctrl-C or SIGTERM. Another one ends the process at once, as ever. */
  readonly heard: Promise<NodeJS.Signals>;
  stop(): void;
}

/** Listens until it is stopped. */
export function listenForInterrupt(): Interrupt {
  let stop = () => {};
  const heard = new Promise<NodeJS.Signals>((resolve) => {
    const hear = (signal: NodeJS.Signals) => {
      stop();
      resolve(signal);
    };
    stop = () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    };
    for (const signal of SIGNALS) process.on(signal, hear);
  });
  return { heard, stop };
}
