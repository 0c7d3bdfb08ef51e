import { afterEach, describe, expect, it } from 'vitest';
import { prolificSandbox } from '../../../src/providers/prolific/sandbox.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import {
  aRequest,
  connectTo,
  expectIdentified,
  json,
  startOutsider,
  TOKEN,
  type Asked,
  type Outsider,
} from './support.js';

const byParticipant = aRequest({ submissionId: undefined, participantId: 'p1' });

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function outsider(answer: (asked: Asked) => { status: number; body: string }): Promise<Outsider> {
  const server = await startOutsider(answer);
  stop = server.stop;
  return server;
}

async function sandboxWith(
  submissions: { id: string; study: string; participant: string; status?: string }[],
): Promise<Sandbox> {
  const sandbox = await startSandbox({ providers: [prolificSandbox({ submissions })] });
  stop = sandbox.stop;
  return sandbox;
}

describe('a request that names the submission', () => {
  it('is identified without asking anybody', async () => {
    const server = await outsider(() => json(500, {}));
    const { host } = new URL(server.env['PROLIFIC_BASE_URL'] ?? '');
    expect(await connectTo(server.env).identify(aRequest())).toEqual({
      kind: 'identified',
      subject: 'study43-s1',
      subjectLane: `prolific/${host}/submission/study43-s1`,
      callLane: `prolific/${host}/workspace/{credentials}`,
    });
    expect(server.asked).toEqual([]);
  });

  it('shares the call lane with every account of the workspace', async () => {
    const env = { PROLIFIC_BASE_URL: 'https://prolific.test/api/v1', PROLIFIC_WORKSPACE_ID: 'ws1' };
    const lanes = [];
    for (const PROLIFIC_API_TOKEN of ['made-up-1', 'made-up-2']) {
      lanes.push(await connectTo({ ...env, PROLIFIC_API_TOKEN }).identify(aRequest()));
    }
    expect(lanes).toMatchObject([
      { callLane: 'prolific/prolific.test/workspace/ws1' },
      { callLane: 'prolific/prolific.test/workspace/ws1' },
    ]);
  });

  it('has no trace of the token in a lane: the steps put a keyed hash there', async () => {
    const identity = await connectTo({
      PROLIFIC_BASE_URL: 'https://prolific.test/api/v1',
      PROLIFIC_API_TOKEN: TOKEN,
    }).identify(aRequest());
    expect(JSON.stringify(identity)).not.toContain(TOKEN);
  });
});

describe('a request that names the participant', () => {
  it('is resolved to the one submission in the study', async () => {
    const sandbox = await sandboxWith([
      { id: 's1', study: 'study43', participant: 'p1' },
      { id: 's2', study: 'study43', participant: 'p2' },
      { id: 's3', study: 'other', participant: 'p1' },
    ]);
    expect(await connectTo(sandbox.env).identify(byParticipant)).toMatchObject({
      kind: 'identified',
      subject: 's1',
      subjectLane: expect.stringMatching(/\/submission\/s1$/) as string,
    });
  });

  it('is refused where the participant has none, naming it', async () => {
    const sandbox = await sandboxWith([{ id: 's2', study: 'study43', participant: 'p2' }]);
    expect(await connectTo(sandbox.env).identify(byParticipant)).toEqual({
      kind: 'refused',
      message: 'participant p1 has no submission in study study43: check studyId and participantId',
    });
  });

  it('may name the submission itself, as in Prolific’s own form for bonuses, and is paid there', async () => {
    const submissions = [
      { id: 's1', study: 'study43', participant: 'p1' },
      { id: 's2', study: 'other', participant: 'p2' },
    ];
    const account = connectTo((await sandboxWith(submissions)).env);
    const bySubmission = aRequest({ submissionId: undefined, participantId: 's1' });
    const identity = expectIdentified(await account.identify(bySubmission));
    expect(identity.subject).toBe('s1');
    expect(await account.prepare(bySubmission, identity)).toMatchObject({ kind: 'prepared' });
    // Of another study it is nobody's here.
    expect(await account.identify(aRequest({ submissionId: undefined, participantId: 's2' }))).toEqual({
      kind: 'refused',
      message: 'participant s2 has no submission in study study43: check studyId and participantId',
    });
  });

  it('means the participant where an id is both', async () => {
    const account = connectTo(
      (
        await sandboxWith([
          { id: 's1', study: 'study43', participant: 'both' },
          { id: 'both', study: 'study43', participant: 'p2' },
        ])
      ).env,
    );
    const request = aRequest({ submissionId: undefined, participantId: 'both' });
    expect(await account.identify(request)).toMatchObject({ kind: 'identified', subject: 's1' });
  });

  it('is refused where there are several, naming each', async () => {
    const sandbox = await sandboxWith([
      { id: 's1', study: 'study43', participant: 'p1', status: 'RETURNED' },
      { id: 's2', study: 'study43', participant: 'p1', status: 'APPROVED' },
    ]);
    expect(await connectTo(sandbox.env).identify(byParticipant)).toEqual({
      kind: 'refused',
      message:
        'participant p1 has 2 submissions in study study43: s1 (RETURNED), s2 (APPROVED); name one by submissionId',
    });
  });

  it('is resolved from the last page, and a second submission there is seen', async () => {
    const crowd = Array.from({ length: 250 }, (_, n) => ({ id: `c${n}`, study: 'study43', participant: `x${n}` }));
    const one = await sandboxWith([...crowd, { id: 's1', study: 'study43', participant: 'p1' }]);
    expect(await connectTo(one.env).identify(byParticipant)).toMatchObject({ kind: 'identified', subject: 's1' });
    expect(one.requests()).toHaveLength(3);
    await one.stop();
    const two = await sandboxWith([
      { id: 's0', study: 'study43', participant: 'p1' },
      ...crowd,
      { id: 's1', study: 'study43', participant: 'p1' },
    ]);
    expect(await connectTo(two.env).identify(byParticipant)).toMatchObject({ kind: 'refused' });
  });

  const row = (id: string, participant_id = `of-${id}`) => ({ id, participant_id });
  const paged = (rows: unknown[], cap: number, more: (offset: number) => object) => (asked: Asked) => {
    const offset = Number(asked.query.get('offset'));
    return json(200, { results: rows.slice(offset, offset + cap), ...more(offset + cap) });
  };
  const rows = [row('a'), row('b'), row('c'), row('s1', 'p1')];

  it.each([
    ['caps its pages and tells nothing', paged(rows, 3, () => ({}))],
    ['caps its pages and counts', paged(rows, 3, () => ({ meta: { count: 4 } }))],
    ['links with next', paged(rows, 3, (end) => ({ next: end < 4 ? 'https://prolific.test/next' : null }))],
    ['links with _links', paged(rows, 3, (end) => ({ _links: { next: { href: end < 4 ? '?next' : null } } }))],
    [
      'has next: null beside a link that goes on',
      paged(rows, 3, (end) => ({ next: null, _links: { next: { href: end < 4 ? '?n' : null } } })),
    ],
    ['ignores paging', () => json(200, { results: rows })],
  ])('is resolved where the list %s', async (_how, answer) => {
    const server = await outsider(answer);
    expect(await connectTo(server.env).identify(byParticipant)).toMatchObject({ kind: 'identified', subject: 's1' });
    expect(server.asked.every(({ path }) => path === '/studies/study43/submissions/')).toBe(true);
    expect(server.asked.length).toBeLessThanOrEqual(3);
  });

  const full = Array.from({ length: 100 }, (_, n) => row(`f${n}`));
  it.each([
    [
      'has a row that cannot be read',
      () => json(200, { results: [row('s1', 'p1'), { id: 'x' }], next: null }),
      '1 of 2 rows cannot be read',
    ],
    [
      'repeats itself with a row that cannot be read',
      () => json(200, { results: [row('s1', 'p1'), { id: 'x' }] }),
      '1 of 2 rows cannot be read',
    ],
    [
      'has a row with an id that cannot be paid',
      () => json(200, { results: [row('s,1', 'p1')], next: null }),
      '1 of 1 rows cannot be read',
    ],
    [
      'counts more than it lists',
      () => json(200, { results: [row('s1', 'p1')], meta: { count: 2 }, next: null }),
      'only 1 of 2 rows were listed',
    ],
    [
      'gives the same full page for ever',
      () => json(200, { results: [...full.slice(1), row('s1', 'p1')] }),
      'the same page came twice',
    ],
    ['is no list', () => json(200, { detail: 'hello' }), 'cannot be read (results)'],
    ['is garbage', () => ({ status: 200, body: '{"results": [' }), 'cannot be read'],
    ['is not there now', () => json(503, { detail: 'Down.' }), 'Prolific answered 503: Down.'],
  ])('waits for the provider where the list %s', async (_how, answer, why) => {
    const server = await outsider(answer);
    const identity = await connectTo(server.env).identify(byParticipant);
    expect(identity).toEqual({
      kind: 'unready',
      waitingFor: 'provider',
      message: expect.stringContaining(why) as string,
    });
    expect(server.asked.length).toBeLessThanOrEqual(2);
  });

  it('is not hidden by a bad row: two readable submissions are refused all the same', async () => {
    const server = await outsider(() =>
      json(200, { results: [null, row('s1', 'p1'), 7, row('s2', 'p1')], next: null }),
    );
    expect(await connectTo(server.env).identify(byParticipant)).toMatchObject({ kind: 'refused' });
  });

  it('waits where the second page cannot be read', async () => {
    const server = await outsider((asked) =>
      asked.query.get('offset') === '0' ? json(200, { results: [row('s1', 'p1')], next: 'x' }) : json(500, {}),
    );
    expect(await connectTo(server.env).identify(byParticipant)).toMatchObject({
      kind: 'unready',
      waitingFor: 'provider',
    });
  });

  it('waits for the operator where the token is refused, and is refused where the study is unknown', async () => {
    const locked = await outsider(() => json(401, { detail: 'Invalid token.' }));
    expect(await connectTo(locked.env).identify(byParticipant)).toMatchObject({
      kind: 'unready',
      waitingFor: 'operator',
    });
    await locked.stop();
    const unknown = await outsider(() => json(404, { detail: 'Not found.' }));
    expect(await connectTo(unknown.env).identify(byParticipant)).toMatchObject({ kind: 'refused' });
  });
});
