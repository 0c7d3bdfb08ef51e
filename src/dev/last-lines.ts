import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const LINES_KEPT = 20;

/** What a process printed last, on either stream, for the error that may follow. Also keeps its pipes from filling up. */
export function keepLastLines(child: ChildProcess, onLine?: (line: string) => void): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      onLine?.(line);
    });
  }
  return lines;
}
