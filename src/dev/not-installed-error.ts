import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Thrown when something is wanted that is not installed with the library, because only a stack on this machine needs it. Names the
 * command that installs it, at the version that this package was tested with.
 */
export class NotInstalledError extends Error {
  override readonly name = 'NotInstalledError';
  readonly code = 'NotInstalled';
  constructor(missing: string, options?: ErrorOptions) {
    super(
      `${missing} is not installed: a Temporal server and a Postgres of their own, as \`payouts dev\`, \`payouts demo\` and tests ` +
        `start them, are not part of the library; install what they need with: npm install --save-dev ${wanted()}`,
      options,
    );
  }
}

/** The optional peers, as npm wants them named; without those that send traces. */
function wanted(): string {
  const path = createRequire(import.meta.url).resolve('temporal-payouts/package.json');
  const { peerDependencies } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(peerDependencies)
    .filter(([name]) => !name.startsWith('@opentelemetry/'))
    .map(([name, version]) => `${name}@${version}`)
    .join(' ');
}
