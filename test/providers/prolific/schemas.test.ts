import { describe, expect, it } from 'vitest';
import {
  prolificRequestSchema,
  setUpSchema,
  submissionPageSchema,
  submissionRowSchema,
  submissionSchema,
} from '../../../src/providers/prolific/schemas.js';

const minimal = {
  reference: 'study-43/p-001',
  provider: 'prolific',
  studyId: '60f6a9aa',
  submissionId: '625d4a83',
  amountMinor: 250,
  currency: 'GBP',
};

const without = (field: string) => Object.fromEntries(Object.entries(minimal).filter(([name]) => name !== field));

describe('a request', () => {
  it('is taken with the default account', () => {
    expect(prolificRequestSchema.parse(minimal)).toEqual({ ...minimal, account: 'default' });
  });

  it('is taken by participant, with a date, an account and metadata', () => {
    const request = {
      ...without('submissionId'),
      participantId: '60bf9310',
      currency: 'USD',
      account: 'us',
      scheduledAt: '2026-12-24T10:00:00+01:00',
      metadata: { cohort: 'b' },
    };
    expect(prolificRequestSchema.parse(request)).toEqual({ ...request, scheduledAt: '2026-12-24T09:00:00.000Z' });
  });

  it.each([
    ['studyId', without('studyId'), 'copy the id from Prolific'],
    ['studyId', { ...minimal, studyId: '' }, 'copy the id from Prolific'],
    ['studyId', { ...minimal, studyId: 'a/b' }, 'copy the id from Prolific'],
    ['studyId', { ...minimal, studyId: 'x'.repeat(101) }, '1 to 100'],
    ['submissionId', { ...minimal, submissionId: 's1,9999.00\ns2' }, 'copy the id from Prolific'],
    ['submissionId', { ...minimal, submissionId: 7 }, 'copy the id from Prolific'],
    ['submissionId', { ...minimal, submissionId: '..' }, 'copy the id from Prolific'],
    ['submissionId', { ...minimal, participantId: 'p1' }, 'exactly one of submissionId and participantId'],
    ['submissionId', without('submissionId'), 'exactly one of submissionId and participantId'],
    ['participantId', { ...without('submissionId'), participantId: 'p 1' }, 'copy the id from Prolific'],
    ['currency', { ...minimal, currency: 'EUR' }, 'GBP or USD'],
    ['currency', { ...minimal, currency: 'gbp' }, 'GBP or USD'],
    ['currency', without('currency'), 'GBP or USD'],
    ['amountMinor', { ...minimal, amountMinor: 0 }, ''],
    ['amountMinor', { ...minimal, amountMinor: -1 }, ''],
    ['amountMinor', { ...minimal, amountMinor: 2.5 }, ''],
    ['amountMinor', { ...minimal, amountMinor: '250' }, ''],
    ['amountMinor', { ...minimal, amountMinor: Number.MAX_SAFE_INTEGER + 1 }, ''],
    ['amountMinor', without('amountMinor'), ''],
    ['reference', { ...minimal, reference: 'has space' }, ''],
    ['account', { ...minimal, account: 'US' }, ''],
    ['scheduledAt', { ...minimal, scheduledAt: 'tomorrow' }, ''],
    ['provider', { ...minimal, provider: 'manifest' }, 'prolific'],
    ['amount', { ...minimal, amount: 250 }, 'leave it out'],
    ['tipMinor', { ...minimal, tipMinor: 0 }, 'leave it out'],
  ])('is refused naming %s', (field, request, mend) => {
    const parsed = prolificRequestSchema.safeParse(request);
    const problems = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(field);
    expect(problems[0]).toContain(mend);
  });
});

describe('the set-up answer', () => {
  const documented = {
    id: '621014cb8e9e0f81e387021f',
    total_amount: 1133.34,
    study: '620ca2735fcbba4fa2b3211a',
    amount: 850,
    fees: 283.34,
    vat: 0,
  };

  it('is read as documented, fractions of a penny and all', () => {
    expect(setUpSchema.parse(documented)).toEqual({ id: documented.id, total_amount: 1133.34, amount: 850 });
  });

  it.each([
    ['with nulls', { ...documented, study: null, amount: null, fees: null, vat: null }],
    ['with no more than an id and a total', { id: 'b1', total_amount: 1 }],
    ['with an id of another form', { ...documented, id: '8f14e45f-ceea-4d3a-9f2b-1a2b3c4d5e6f' }],
    ['with fields that nobody knows', { ...documented, status: 'x', currency_code: 'GBP' }],
  ])('is read %s', (_how, answer) => {
    expect(setUpSchema.safeParse(answer).success).toBe(true);
  });

  it.each([
    ['without an id', { ...documented, id: undefined }],
    ['with an id that would leave the path', { ...documented, id: '../../users' }],
    ['with an amount in words', { ...documented, amount: '850' }],
    ['that is a sentence', 'Successfully set up'],
    ['without a body', undefined],
  ])('is not believed %s', (_how, answer) => {
    expect(setUpSchema.safeParse(answer).success).toBe(false);
  });
});

describe('a submission', () => {
  const documented = {
    id: '625d4a831bcda2d59ac5a251',
    started_at: 'string',
    status: 'AWAITING REVIEW',
    study_id: '60aca280709ee40ec37d4885',
    participant: '60bf9310e8dec401be6e9615',
    bonus_payments: [1000, 2536],
  };

  it.each([
    ['as documented', documented],
    ['with null for no bonus', { ...documented, bonus_payments: null }],
    ['without the list', { ...documented, bonus_payments: undefined }],
    ['with fractions', { ...documented, bonus_payments: [283.34] }],
    ['with a status that nobody knows', { ...documented, status: 'SOMETHING NEW' }],
    ['with participant_id instead', { ...documented, participant: undefined, participant_id: 'p1' }],
    ['with an odd participant', { ...documented, participant: { id: 'p1' } }],
  ])('is read %s', (_how, submission) => {
    expect(submissionSchema.safeParse(submission).success).toBe(true);
  });

  it.each([
    ['without its study', { ...documented, study_id: undefined }],
    ['with bonuses in words', { ...documented, bonus_payments: ['10.00'] }],
    ['with bonuses as objects', { ...documented, bonus_payments: [{ amount: 1000 }] }],
  ])('is not believed %s', (_how, submission) => {
    expect(submissionSchema.safeParse(submission).success).toBe(false);
  });
});

describe('a list of submissions', () => {
  it.each([
    ['with links', { results: [], _links: { next: { href: null } }, meta: { count: 0 } }],
    ['with a link beside', { results: [], next: 'https://api.prolific.com/next' }],
    ['with neither', { results: [] }],
    ['with odd links and an odd count', { results: [], _links: [], meta: { count: 'many' } }],
    ['whatever its rows are', { results: [null, 7, 'x', {}] }],
  ])('is read %s', (_how, page) => {
    expect(submissionPageSchema.safeParse(page).success).toBe(true);
  });

  it.each([
    [
      { id: 's1', participant_id: 'p1', status: 'APPROVED' },
      { id: 's1', participantId: 'p1', status: 'APPROVED' },
    ],
    [
      { id: 's1', participant: 'p1', status: null },
      { id: 's1', participantId: 'p1' },
    ],
    [
      { id: 's1', participant_id: null, participant: 'p1', reward: 'x' },
      { id: 's1', participantId: 'p1' },
    ],
  ])('has the row %j', (row, read) => {
    expect(submissionRowSchema.parse(row)).toEqual(read);
  });

  it.each([{ id: 's1' }, { participant_id: 'p1' }, { id: 's,1', participant_id: 'p1' }, null, 'x'])(
    'has no readable row in %j',
    (row) => {
      expect(submissionRowSchema.safeParse(row).success).toBe(false);
    },
  );
});
