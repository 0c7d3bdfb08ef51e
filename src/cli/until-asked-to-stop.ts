/** Waits for Ctrl-C or SIGTERM. Of every further one `again` is told; without it the next one ends the process. */
export function untilAskedToStop(again?: () => void): Promise<void> {
  return new Promise((resolve) => {
    let isAsked = false;
    const hear = () => {
      if (isAsked) again?.();
      isAsked = true;
      if (!again) for (const signal of SIGNALS) process.removeListener(signal, hear);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, hear);
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
