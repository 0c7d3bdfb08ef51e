/** Waits for Ctrl-C or SIGTERM. From the second one on, `again` is told, if there is any; otherwise it ends the process. */
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
