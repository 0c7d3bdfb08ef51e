import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ManifestRequest, RespondentRequest } from '../../src/payout/request.js';
import { composeCall as composeManifestCall } from '../../src/providers/manifest/compose-call.js';
import { toOutcome as toManifestOutcome } from '../../src/providers/manifest/mapping.js';
import { batchSchema, pageSchema, payoutSchema, refusalSchema } from '../../src/providers/manifest/schemas.js';
import { parseRequest } from '../../src/providers/parse-request.js';
import { toPayOutcome } from '../../src/providers/prolific/mapping.js';
import { bulkIdOf, payPath } from '../../src/providers/prolific/pay-path.js';
import { setUpSchema } from '../../src/providers/prolific/schemas.js';
import { composeCall as composeRespondentCall } from '../../src/providers/respondent/api.js';
import { toOutcome as toRespondentOutcome } from '../../src/providers/respondent/mapping.js';
import { BLOCKS, readBlock } from '../providers/manifest/read-block.js';
import { readYaml } from './read-yaml.js';

/**
 * Every block of JSON and YAML on the providers' own pages about the paying call, as it stands there, goes through what we send and
 * what we read. Their odd places (comments, a month 14, two spellings of one field) are looked at one by one beside each adapter.
 */
type Fields = Readonly<Record<string, unknown>>;

describe("Manifest's page", () => {
  const READERS: Readonly<Record<string, (block: unknown) => boolean>> = {
    'create-response': (block) => payoutSchema.safeParse(block).success,
    'get-response': (block) => payoutSchema.safeParse(block).success,
    'update-response': (block) => payoutSchema.safeParse(block).success,
    'batch-response': (block) => batchSchema.parse(block).unreadable === 0,
    'batch-bad-request': (block) => refusalSchema.parse(block).details?.length === 2,
    'list-response': (block) => pageSchema.parse(block).unreadable === 0,
    'connection-list-response': (block) => pageSchema.parse(block).unreadable === 0,
    'create-request': (block) => hasTheFieldsThatWeSend(block as Fields),
    'batch-request': (block) => (block as { readonly payouts: Fields[] }).payouts.every(hasTheFieldsThatWeSend),
    'update-request': (block) => Object.keys(block as Fields).join() === 'description',
  };

  it('has ten blocks, each of which we have a use for', () => {
    expect([...BLOCKS].sort()).toEqual(Object.keys(READERS).sort());
  });

  it.each(BLOCKS)('%s is read', (name) => {
    expect(READERS[name]?.(readBlock(name))).toBe(true);
  });

  it('shows an answer that is accepted and read, and one that is refused', () => {
    const reply = (status: number, name: string) =>
      toManifestOutcome({ kind: 'reply', status, text: '', json: readBlock(name) });
    expect(reply(200, 'create-response')).toMatchObject({ kind: 'accepted', seen: { providerReference: 'pay_AAAAA' } });
    expect(reply(400, 'batch-bad-request')).toMatchObject({ kind: 'rejected', mend: 'never' });
  });

  /** What a page's example asks for can be asked for by us, in the same fields. Ours adds the tag that it is found by. */
  function hasTheFieldsThatWeSend(row: Fields): boolean {
    const request = parseRequest({
      reference: 'study-42/p-007',
      provider: 'manifest',
      accountConnection: row['account_connection'],
      amountMinor: row['amount_in_cents'],
      currency: 'USD',
      ...(typeof row['date'] === 'string' ? { scheduledAt: row['date'] } : {}),
      ...(typeof row['description'] === 'string' ? { description: row['description'] } : {}),
    });
    const { user_data: tag, ...sent } = JSON.parse(composeManifestCall(request as ManifestRequest).body) as Fields;
    expect(tag).toEqual({ payout_reference: 'study-42/p-007' });
    const { user_data: _none, ...asked } = row;
    expect(sent).toEqual(asked);
    return true;
  }
});

describe("Prolific's page", () => {
  const text = readFileSync(new URL('../providers/prolific/fixtures/pay-accepted.json', import.meta.url), 'utf8');
  const json = JSON.parse(text) as unknown;

  it('answers with a bare text, which is accepted and kept', () => {
    expect(toPayOutcome({ kind: 'reply', status: 202, text, json })).toEqual({
      kind: 'accepted',
      httpStatus: 202,
      note: json,
    });
  });

  it('names the bulk by an id that we take from the set-up and pay by', () => {
    const [, id = ''] = /with ID (\S+) is being/.exec(String(json)) ?? [];
    expect(setUpSchema.parse({ id, total_amount: 250 }).id).toBe(id);
    expect(payPath(id)).toBe(`/bulk-bonus-payments/${id}/pay/`);
    expect(bulkIdOf(payPath(id))).toBe(id);
  });
});

describe("Respondent's page", () => {
  interface Operation {
    readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: string }[];
    readonly responses: Fields;
    readonly requestBody: unknown;
  }
  interface Document {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: {
      readonly schemas: {
        readonly PayoutParticipantDto: {
          readonly properties: Readonly<Record<string, { readonly type: string; readonly description: string }>>;
          readonly required: readonly string[];
        };
      };
    };
  }
  const yaml = readFileSync(new URL('fixtures/respondent-openapi.yaml', import.meta.url), 'utf8');
  const { paths, components } = readYaml(yaml) as unknown as Document;
  const [path, operations] = Object.entries(paths)[0] as [string, Document['paths'][string]];
  const { properties, required } = components.schemas.PayoutParticipantDto;
  const request = (more: object = {}): RespondentRequest =>
    parseRequest({
      reference: 'study-44/p-002',
      provider: 'respondent',
      projectId: 'project',
      screenerResponseId: 'response',
      payoutCount: 2,
      ...more,
    }) as RespondentRequest;

  it('is read whole', () => {
    expect(Object.keys(paths)).toHaveLength(1);
    expect(Object.keys(operations)).toEqual(['post']);
    expect(properties).toEqual({
      payoutCount: { type: 'number', description: 'Number Limit: Min 1 and Max 5' },
      tip: { type: 'number', description: 'Tip amount for the participant. In cents. USD. Dollars Limit: Min 0.' },
    });
    expect(required).toEqual(['payoutCount']);
  });

  it.each([0, 250])('has the path and the body that we send, with a tip of %i', (tipMinor) => {
    const call = composeRespondentCall({ ...request({ projectId: 'project-1' }), tipMinor });
    expect(call.method.toLowerCase()).toBe(Object.keys(operations)[0]);
    expect(call.path).toBe(path.replace('{projectId}', 'project-1').replace('{screenerResponseId}', 'response'));
    const sent = JSON.parse(call.body) as Fields;
    expect(Object.keys(sent)).toEqual(expect.arrayContaining([...required]));
    for (const [field, value] of Object.entries(sent))
      expect([field, typeof value]).toEqual([field, properties[field]?.type]);
  });

  it('asks for the two headers and the two ids that we give', () => {
    const parameters = operations['post']?.parameters ?? [];
    expect(parameters.map((parameter) => `${parameter.in} ${parameter.name} ${parameter.required}`)).toEqual([
      'header x-api-key true',
      'header x-api-secret true',
      'path projectId true',
      'path screenerResponseId true',
    ]);
  });

  it('has its limits in prose, which we keep', () => {
    const [, least, most] = /Min (\d) and Max (\d)/.exec(properties['payoutCount']?.description ?? '') ?? [];
    const taken = [0, 1, 2, 5, 6].filter((payoutCount) => {
      try {
        return request({ projectId: 'project', payoutCount }).payoutCount === payoutCount;
      } catch {
        return false;
      }
    });
    expect([taken[0], taken.at(-1)].map(String)).toEqual([least, most]);
  });

  it('documents one answer, without a body: it is accepted', () => {
    expect(Object.keys(operations['post']?.responses ?? {})).toEqual(['201']);
    expect(toRespondentOutcome({ kind: 'reply', status: 201, text: '', json: undefined }).kind).toBe('accepted');
  });
});
