import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/registry.js';
import { files, read, sources, withoutComments } from './sources.js';

/**
 * A fourth provider is one folder and one line of the registry. Whatever else names a provider in code has to be touched for it
 * too, so each such file stands here with its reason.
 */
const MAY_NAME_PROVIDERS: Readonly<Record<string, string>> = {
  'src/providers/registry.ts': 'the one line',
  'src/payout/request.ts': 'the form of its request, for the types of the library',
  'src/client/index.ts': 'shows those types',
  'src/sandbox/registry.ts': 'the list of the simulated APIs, and what their journals call a payment',
};

/** Examples in what people read. A new provider works without them. */
const NAMES_THEM_AS_EXAMPLES: Readonly<Record<string, string>> = {
  'src/providers/parse-request.ts': 'an example of a request, where there is none',
  'src/cli/program.ts': 'the help lists the environment of each',
  'src/cli/run-sandbox.ts': 'an example of a fault',
  'src/sandbox/control.ts': 'an example of a fault',
  'src/cli/commands/sandbox.ts': 'an example of a fault',
  'src/cli/commands/batch.ts': 'an example of a file in its own form',
  'src/cli/commands/resolve.ts': 'an example of evidence',
  'src/cli/commands/webhooks.ts': 'the help lists the routes and the environment of each',
};

/** What one provider alone has: to name it is to know that provider. */
const FIELDS =
  /\b(accountConnection|studyId|submissionId|participantId|projectId|screenerResponseId|payoutCount|tipMinor|expectedIncentiveMinor)\b/;
const MAY_NAME_FIELDS: Readonly<Record<string, string>> = {
  'src/payout/request.ts': 'the form of each request',
  'src/payout/show.ts': 'the amount asked for, where the provider sets it',
  'src/ledger/postgres-transaction.ts':
    'controls in the same list are worth most, and one provider has a list for each recipient',
};

const names = PROVIDERS.map(({ name }) => name);
const outside = sources().filter((file) => !names.some((name) => file.startsWith(`src/providers/${name}/`)));
const naming = (pattern: RegExp): readonly string[] =>
  outside.filter((file) => pattern.test(withoutComments(read(file))));

describe('a fourth provider', () => {
  it('is one folder and one line: no other code names a provider', () => {
    const allowed = [...Object.keys(MAY_NAME_PROVIDERS), ...Object.keys(NAMES_THEM_AS_EXAMPLES)];
    const wrong = naming(new RegExp(names.join('|'), 'i')).filter((file) => !allowed.includes(file));
    expect(
      wrong,
      'ask the seam in src/providers/provider.ts for what differs, or add the file above with its reason',
    ).toEqual([]);
  });

  it('is one folder and one line: no other code knows the fields of one', () => {
    const wrong = naming(FIELDS).filter((file) => MAY_NAME_FIELDS[file] === undefined);
    expect(
      wrong,
      'ask the seam in src/providers/provider.ts for what differs, or add the file above with its reason',
    ).toEqual([]);
  });

  it('finds no exception that is not needed any more', () => {
    const pattern = new RegExp(names.join('|'), 'i');
    const named = new Set(naming(pattern));
    const stale = [...Object.keys(MAY_NAME_PROVIDERS), ...Object.keys(NAMES_THEM_AS_EXAMPLES)].filter(
      (file) => !named.has(file),
    );
    const withFields = new Set(naming(FIELDS));
    expect([...stale, ...Object.keys(MAY_NAME_FIELDS).filter((file) => !withFields.has(file))]).toEqual([]);
  });

  it('stands in one line of the registry for each of those that there are', () => {
    const imported = [...read('src/providers/registry.ts').matchAll(/from '\.\/([^/]+)\/index\.js'/g)].map(
      ([, name]) => name,
    );
    expect(new Set(imported)).toEqual(new Set(names));
    const folders = new Set(files().flatMap((file) => /^src\/providers\/([^/]+)\//.exec(file)?.[1] ?? []));
    expect(folders).toEqual(new Set(names));
  });
});
