import { describe, expect, it } from 'vitest';
import { makeRequest, makeRow, startOutsider, type Asked } from './support.js';

const CONTROLS = [{ reference: 'b', providerReference: 'pay_B' }];
const KNOWN = makeRow('pay_B', 'b');
const OTHER = makeRow('pay_C', 'c');
const OURS = makeRow('pay_A', makeRequest().reference);

interface Page {
  readonly data: readonly unknown[];
  readonly total?: unknown;
}

/** Serves these pages one after the other, whatever is asked for; the last one for ever. */
async function serve(...pages: readonly (Page | number)[]) {
  let served = 0;
  return startOutsider(() => {
    const page = pages[Math.min(served, pages.length - 1)] ?? 404;
    served += 1;
    if (typeof page === 'number') return { status: page };
    return { status: 200, json: { data: page.data, pagination: { page: 1, page_size: 2, total: page.total } } };
  });
}

const look = ({ account }: Awaited<ReturnType<typeof serve>>) =>
  account.lookUp({ request: makeRequest(), controls: CONTROLS });

const pathAndPage = ({ path, query }: Asked) => `${path} ${query['page']}/${query['page_size']}`;

describe('a list that somebody else serves', () => {
  it('is asked for page by page, twice', async () => {
    const server = await serve(
      { data: [KNOWN, OTHER], total: 3 },
      { data: [makeRow('pay_D')], total: 3 },
      { data: [KNOWN, OTHER], total: 3 },
      { data: [makeRow('pay_D')], total: 3 },
    );
    expect(await look(server)).toMatchObject({ kind: 'absent', proven: true });
    expect(server.asked.map(pathAndPage)).toEqual(
      [1, 2, 1, 2].map((page) => `/account-connection/acon_X/payout ${page}/100`),
    );
  });

  it('is asked for an account connection whose id would be a path', async () => {
    const server = await serve({ data: [], total: 0 });
    await server.account.lookUp({ request: makeRequest({ accountConnection: 'a?b#c%2e' }), controls: [] });
    expect(server.asked.map(({ path }) => path)).toEqual(['/account-connection/a%3Fb%23c%252e/payout']);
  });

  it.each([
    [
      'holds a row that cannot be read',
      [{ data: [KNOWN, { odd: true }], total: 2 }],
      '1 of its rows could not be read',
    ],
    ['ends before its total', [{ data: [KNOWN], total: 3 }, { data: [] }], 'its total changed while it was read'],
    [
      'ends before its own total',
      [
        { data: [KNOWN], total: 3 },
        { data: [], total: 3 },
      ],
      'it has 3 rows and showed 1',
    ],
    ['shows more than its total', [{ data: [KNOWN, OTHER], total: 1 }], 'it has 1 rows and showed 2'],
    ['tells no total', [{ data: [KNOWN] }, { data: [] }], 'it does not tell its total'],
    [
      'tells a total that is none',
      [
        { data: [KNOWN], total: '1' },
        { data: [], total: '1' },
      ],
      'it does not tell its total',
    ],
    [
      'shifts by a new payout',
      [
        { data: [KNOWN, OTHER], total: 3 },
        { data: [OTHER, makeRow('pay_D')], total: 4 },
      ],
      'its total changed while it was read',
    ],
    [
      'shifts, and shows a row twice',
      [
        { data: [KNOWN, OTHER], total: 3 },
        { data: [OTHER], total: 3 },
      ],
      'a row came twice, so its pages shifted',
    ],
    ['answers every page with the first', [{ data: [KNOWN], total: 2 }], 'a row came twice, so its pages shifted'],
  ])('proves nothing when it %s', async (_name, pages, because) => {
    expect(await look(await serve(...pages))).toEqual({
      kind: 'absent',
      proven: false,
      because: `no payout carries our tag study-42/p-007, which proves nothing: ${because}`,
    });
  });

  it.each([
    ['of as many rows', [KNOWN, OTHER], [KNOWN, makeRow('pay_D')]],
    ['of more rows', [KNOWN], [KNOWN, OTHER]],
  ])('proves nothing when the second reading differs: %s', async (_name, first, second) => {
    const server = await serve({ data: first, total: first.length }, { data: second, total: second.length });
    expect(await look(server)).toMatchObject({
      kind: 'absent',
      proven: false,
      because: expect.stringContaining('two readings of the list differ') as string,
    });
  });

  it('proves nothing when the second reading has lost the known payout', async () => {
    const server = await serve({ data: [KNOWN], total: 1 }, { data: [OTHER], total: 1 });
    expect(await look(server)).toMatchObject({ kind: 'absent', proven: false });
  });

  it('may be in another order the second time', async () => {
    const server = await serve({ data: [KNOWN, OTHER], total: 2 }, { data: [OTHER, KNOWN], total: 2 });
    expect(await look(server)).toMatchObject({ kind: 'absent', proven: true });
  });

  it('shows the payout in the second reading', async () => {
    const server = await serve({ data: [KNOWN], total: 1 }, { data: [OURS, KNOWN], total: 2 });
    expect(await look(server)).toMatchObject({ kind: 'present', seen: { providerReference: 'pay_A' } });
  });

  it('shows the payout beside rows that cannot be read', async () => {
    const server = await serve({ data: [null, { ...OURS, date: '2024-14-12T20:22:49.075Z', type: {} }], total: 2 });
    expect(await look(server)).toMatchObject({ kind: 'present', seen: { providerReference: 'pay_A', status: 'sent' } });
  });

  it('shows one payout, though a shift brings its row twice', async () => {
    const server = await serve({ data: [KNOWN, OURS], total: 3 }, { data: [OURS], total: 3 });
    expect(await look(server)).toMatchObject({ kind: 'present' });
  });

  it('is given up after 200 pages', async () => {
    const server = await serve({ data: [KNOWN], total: 1_000_000 });
    expect(await look(server)).toMatchObject({
      kind: 'absent',
      proven: false,
      because: expect.stringContaining('the list has more than 200 pages') as string,
    });
    expect(server.asked).toHaveLength(200);
  });

  it('is none for an unknown account connection: then the list of all decides', async () => {
    const server = await serve(404, { data: [KNOWN], total: 1 });
    expect(await look(server)).toMatchObject({ kind: 'absent', proven: true });
    expect(server.asked.map(({ path }) => path)).toEqual(['/account-connection/acon_X/payout', '/payout', '/payout']);
  });

  it('is unreadable for an unknown account connection, where no other payout is known', async () => {
    const server = await serve(404);
    expect(await server.account.lookUp({ request: makeRequest(), controls: [] })).toEqual({
      kind: 'unreadable',
      waitingFor: 'provider',
      because: 'Manifest answered 404',
    });
    expect(server.asked).toHaveLength(1);
  });

  it('contradicts itself when the list of all has our tag on another account connection', async () => {
    const server = await serve({ data: [], total: 0 }, { data: [{ ...OURS, account_connection: 'acon_Y' }], total: 1 });
    expect(await look(server)).toEqual({
      kind: 'contradiction',
      because: 'pay_A has the account connection acon_Y, asked for was acon_X',
    });
  });
});
