import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { composeCall } from '../../../src/providers/respondent/api.js';
import { connect, IDENTIFIED, makeQuery, makeRequest } from './sandboxed.js';

/** A Respondent that somebody else wrote: it answers what it is told, and remembers what it was asked. */
async function startOutside(answer: (path: string, response: http.ServerResponse) => void) {
  const asked: { method: string; path: string; body: string; headers: http.IncomingHttpHeaders }[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += String(bytes)));
    request.on('end', () => {
      asked.push({ method: request.method ?? '', path: request.url ?? '', body, headers: request.headers });
      answer(request.url ?? '', response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const env = {
    RESPONDENT_BASE_URL: `http://127.0.0.1:${port}/partner/`,
    RESPONDENT_API_KEY: 'made-up-key',
    RESPONDENT_API_SECRET: 'made-up-secret',
  };
  return { account: connect(env), asked };
}

describe('another server than our sandbox', () => {
  it.each([
    ['no body', (response: http.ServerResponse) => response.writeHead(201).end()],
    [
      'an empty body of length 0',
      (response: http.ServerResponse) => response.writeHead(201, { 'Content-Length': '0' }).end(),
    ],
    [
      'text',
      (response: http.ServerResponse) => response.writeHead(201, { 'Content-Type': 'text/plain' }).end('Created'),
    ],
    [
      'markup',
      (response: http.ServerResponse) => response.writeHead(201, { 'Content-Type': 'text/html' }).end('<html>'),
    ],
    [
      'broken JSON',
      (response: http.ServerResponse) => response.writeHead(201, { 'Content-Type': 'application/json' }).end('{'),
    ],
  ])('accepts by 201 with %s', async (_name, answer) => {
    const { account } = await startOutside((_path, response) => answer(response));
    expect(await account.pay(composeCall(makeRequest()), 'key')).toEqual({ kind: 'accepted', httpStatus: 201 });
  });

  it('is asked for exactly this', async () => {
    const { account, asked } = await startOutside((_path, response) => response.writeHead(201).end());
    await account.pay(composeCall(makeRequest({ payoutCount: 2, tipMinor: 250 })), 'key');
    expect(asked).toMatchObject([
      {
        method: 'POST',
        path: '/partner/v1/projects/project-1/screener-responses/response-1/payouts',
        body: '{"payoutCount":2,"tip":250}',
        headers: {
          'x-api-key': 'made-up-key',
          'x-api-secret': 'made-up-secret',
          'content-type': 'application/json',
          connection: 'close',
        },
      },
    ]);
  });

  it('does not get the credentials or the call sent on to where it redirects', async () => {
    const { account: _never, asked: elsewhere } = await startOutside((_path, response) =>
      response.writeHead(201).end(),
    );
    const { account, asked } = await startOutside((_path, response) =>
      response.writeHead(307, { Location: 'http://127.0.0.1:9/elsewhere' }).end(),
    );
    expect(await account.pay(composeCall(makeRequest()), 'key')).toMatchObject({ kind: 'ambiguous', httpStatus: 307 });
    expect([asked.length, elsewhere.length]).toEqual([1, 0]);
  });

  it.each([
    [
      'a bad row of another',
      [{ screenerResponseId: 'other', numberOfPayouts: 'many' }],
      { kind: 'absent', proven: false },
    ],
    [
      'an unreadable row of our own',
      [{ screenerResponseId: 'response-1' }],
      { kind: 'unreadable', waitingFor: 'provider' },
    ],
    ['rubbish that may be ours', [{}], { kind: 'unreadable', waitingFor: 'provider' }],
    ['a page of a list', { page: 1, results: [] }, { kind: 'unreadable', waitingFor: 'provider' }],
  ])('proves no absence by %s', async (_name, list, sighting) => {
    const { account } = await startOutside((_path, response) => response.writeHead(200).end(JSON.stringify(list)));
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject(sighting);
  });

  it('is enough with its two documented routes', async () => {
    let made = 0;
    const { account, asked } = await startOutside((path, response) => {
      if (!path.endsWith('/payouts')) return response.writeHead(404).end();
      if (path.includes('/response-1/')) {
        made += 1;
        return response.writeHead(201).end();
      }
      const row = { userId: 'u', profileId: 'p', screenerResponseId: 'response-1', numberOfPayouts: made, payouts: [] };
      return response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(made > 0 ? [row] : []));
    });
    const prepared = await account.prepare(makeRequest(), IDENTIFIED);
    if (prepared.kind !== 'prepared') throw new Error('not prepared');
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject({ kind: 'absent', proven: true });
    expect(await account.pay(prepared.call, 'key')).toMatchObject({ kind: 'accepted' });
    expect(await account.lookUp(makeQuery(makeRequest()))).toMatchObject({ kind: 'present', seen: { status: 'sent' } });
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});
