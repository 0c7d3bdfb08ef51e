export type Log = (line: string) => void;

const FIRST_AFTER_MS = 2_000;
const THEN_EVERY_MS = 10_000;

/** A line after two seconds and then every ten, until the returned function is called: no long silence. */
export function tellProgress(log: Log, line: (seconds: number) => string): () => void {
  const startedAt = Date.now();
  const tell = () => log(line(Math.round((Date.now() - startedAt) / 1000)));
  let repeated: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    tell();
    repeated = setInterval(tell, THEN_EVERY_MS);
  }, FIRST_AFTER_MS);
  return () => {
    clearTimeout(first);
    clearInterval(repeated);
  };
}
