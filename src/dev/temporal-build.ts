import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from './find-on-path.js';
import { tellProgress } from './progress.js';
import { runTool } from './run-tool.js';
import type { Obtain } from './temporal-obtain.js';

/** The newest that `go install` accepts: later versions carry a `replace`. */
const SOURCE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

/** Builds the Temporal server from source with the user's Go, into `folder`. */
export const buildTemporal: Obtain = async ({ folder, env, log, signal }) => {
  const go = await findOnPath('go', env);
  if (go === undefined) return { kind: 'not_obtained', reason: 'Go is not on PATH, so it cannot be built' };
  log(`building the Temporal server with Go, once; it takes some minutes (go install ${SOURCE})`);
  // Go's own half-made files stay in our folder too, so that they go away with it.
  const goFolder = join(folder, 'go-build');
  await mkdir(goFolder);
  let packages = 0;
  let downloads = 0;
  const done = tellProgress(log, (seconds) =>
    packages === 0 && downloads > 0
      ? `building the Temporal server with Go: ${downloads} modules downloaded, ${seconds} s`
      : `building the Temporal server with Go: ${packages} packages, ${seconds} s`,
  );
  try {
    const { code, lastLines } = await runTool(go, ['install', '-v', SOURCE], {
      // Not the user's folder: its go.mod may ask for another toolchain.
      cwd: folder,
      env: { ...env, GOBIN: folder, GOTMPDIR: goFolder },
      signal,
      onLine: (line) => (line.startsWith('go: ') ? downloads++ : packages++),
    });
    if (code === 0) return { kind: 'obtained', path: join(folder, 'temporal') };
    return { kind: 'not_obtained', reason: `go install did not build it: ${lastLines.join('\n    ')}` };
  } finally {
    done();
  }
};
