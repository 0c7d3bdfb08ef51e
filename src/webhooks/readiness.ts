/** Whether wakes would arrive: shown by `/ready`, to whoever asks. Reasons stay in the log. */
export interface Readiness {
  readonly ready: boolean;
  readonly temporal: 'ok' | 'no answer';
  readonly ledger: 'ok' | 'no answer' | 'not configured';
}

export interface Checks {
  readonly temporal: () => Promise<unknown>;
  readonly ledger?: () => Promise<unknown>;
}

const WITHIN_MS = 2_000;
const KEPT_MS = 1_000;

/** Asks both at once. An answer is kept for a second, so that questions from outside cost Temporal and the ledger little. */
export function createReadiness({ temporal, ledger }: Checks): () => Promise<Readiness> {
  const read = async (): Promise<Readiness> => {
    const notConfigured = Promise.resolve('not configured' as const);
    const [server, database] = await Promise.all([answers(temporal), ledger ? answers(ledger) : notConfigured]);
    return { ready: server === 'ok' && database !== 'no answer', temporal: server, ledger: database };
  };
  let kept: { readonly sinceMs: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    if (!kept || performance.now() - kept.sinceMs > KEPT_MS) kept = { sinceMs: performance.now(), answer: read() };
    return kept.answer;
  };
}

async function answers(ask: () => Promise<unknown>): Promise<'ok' | 'no answer'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'no answer'>((resolve) => (timer = setTimeout(resolve, WITHIN_MS, 'no answer')));
  const asked = ask().then(
    () => 'ok' as const,
    () => 'no answer' as const,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
