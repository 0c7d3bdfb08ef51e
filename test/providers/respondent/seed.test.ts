import { describe, expect, it } from 'vitest';
import { composeCall } from '../../../src/providers/respondent/api.js';
import { respondentRequestSchema } from '../../../src/providers/respondent/schemas.js';
import { makeRequest } from './sandboxed.js';

/** From Respondent's OpenAPI document of the manual payout. */
const PATH = '/v1/projects/{projectId}/screener-responses/{screenerResponseId}/payouts';
const PAYOUT_PARTICIPANT_DTO = {
  type: 'object',
  properties: {
    payoutCount: { type: 'number', description: 'Number Limit: Min 1 and Max 5' },
    tip: { type: 'number', description: 'Tip amount for the participant.\nIn cents. USD.\nDollars Limit: Min 0.' },
  },
  required: ['payoutCount'],
};

describe("Respondent's own description of the paying call", () => {
  it.each([0, 250])('is what we send, with a tip of %i', (tipMinor) => {
    const { path, body } = composeCall(makeRequest({ payoutCount: 3, tipMinor }));
    expect(path).toBe(PATH.replace('{projectId}', 'project-1').replace('{screenerResponseId}', 'response-1'));
    const sent = JSON.parse(body) as Record<string, unknown>;
    for (const field of PAYOUT_PARTICIPANT_DTO.required) expect(sent).toHaveProperty(field);
    for (const [field, value] of Object.entries(sent)) {
      expect(PAYOUT_PARTICIPANT_DTO.properties).toHaveProperty(field);
      expect(typeof value).toBe('number');
    }
  });

  it('has its limits in prose only, so we keep them ourselves', () => {
    const numbers = [0, 1, 1.5, 5, 6, 99];
    const taken = numbers.filter(
      (payoutCount) => respondentRequestSchema.safeParse(makeRequest({ payoutCount })).success,
    );
    expect(taken).toEqual([1, 5]);
  });
});
