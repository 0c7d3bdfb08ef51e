import { randomBytes } from 'node:crypto';
import type { Payment, SandboxReply, SandboxRequest } from '../../sandbox/provider.js';
import { parseCsvBonuses } from './sandbox-csv.js';
import type { SandboxRecords, SandboxSubmission } from './sandbox-records.js';
import { refusal } from './sandbox-replies.js';

export interface SandboxBulks {
  setUp(request: SandboxRequest): SandboxReply;
  pay(request: SandboxRequest): SandboxReply;
  /** The submissions that a paying call concerns: its path names the bulk alone. */
  about(request: SandboxRequest): string;
  payments(): readonly Payment[];
  availableMinor(): number;
}

interface Surroundings {
  readonly records: SandboxRecords;
  readonly now: () => number;
  readonly visibleAfterMs: number | ((submissionId: string) => number);
  readonly balanceMinor: number;
  readonly currencyOf: (study: string) => string;
}

interface Bulk {
  readonly study: string;
  readonly rows: readonly { readonly submission: SandboxSubmission; readonly amountMinor: number }[];
  readonly totalHundredths: number;
}

/** Bulk bonuses: set up as often as one likes, and paid as often as one calls, the same bulk again too. */
export function createSandboxBulks({
  records,
  now,
  visibleAfterMs,
  balanceMinor,
  currencyOf,
}: Surroundings): SandboxBulks {
  const bulks = new Map<string, Bulk>();
  const payments: Payment[] = [];
  // Fees have fractions of a penny, so the money is counted in hundredths of one.
  let availableHundredths = balanceMinor * 100;

  const payOut = (id: string, { study, rows }: Bulk) => {
    for (const { submission, amountMinor } of rows) {
      const lagMs = typeof visibleAfterMs === 'number' ? visibleAfterMs : visibleAfterMs(submission.id);
      submission.bonuses.push({ amountMinor, visibleAtMs: now() + lagMs });
      payments.push({
        provider: 'prolific',
        key: journalKeyOf(submission.id),
        amountMinor,
        currency: currencyOf(study),
        state: 'paid',
        providerReference: id,
        at: new Date(now()).toISOString(),
      });
    }
  };

  return {
    setUp: ({ body }) => {
      const bulk = readBulk(body, records);
      if (typeof bulk === 'string') return refusal(400, bulk);
      const id = randomBytes(12).toString('hex');
      bulks.set(id, bulk);
      return { status: 201, json: { id, ...describeBulk(bulk) } };
    },
    pay: ({ params }) => {
      const id = params['id'] ?? '';
      const bulk = bulks.get(id);
      if (!bulk) return refusal(404, 'No bulk bonus payment with this id');
      if (bulk.totalHundredths > availableHundredths) return refusal(400, 'Insufficient funds to pay these bonuses');
      availableHundredths -= bulk.totalHundredths;
      payOut(id, bulk);
      const sentence = `Bulk bonus payment with ID ${id} is being processed asynchronously. Payments will be completed shortly.`;
      return { status: 202, json: sentence };
    },
    about: ({ params }) => (bulks.get(params['id'] ?? '')?.rows ?? []).map(({ submission }) => submission.id).join(' '),
    payments: () => [...payments],
    availableMinor: () => Math.floor(availableHundredths / 100),
  };
}

export const journalKeyOf = (submissionId: string): string => `prolific/${submissionId}`;

/** The bulk that the body asks for, or what is wrong with it. */
function readBulk(body: string, records: SandboxRecords): Bulk | string {
  const { study_id: study, csv_bonuses: csv } = parseObject(body);
  if (typeof study !== 'string' || typeof csv !== 'string') return 'study_id and csv_bonuses are needed';
  const bonuses = parseCsvBonuses(csv);
  if (typeof bonuses === 'string') return bonuses;
  const found = bonuses.map(({ id, amountMinor }) => ({ id, amountMinor, submission: records.findInStudy(study, id) }));
  const rows = found.flatMap(({ submission, amountMinor }) => (submission ? [{ submission, amountMinor }] : []));
  if (rows.length < found.length) {
    const strangers = found.filter(({ submission }) => !submission).map(({ id }) => id);
    return `these have not taken part in study ${study}: ${strangers.join(', ')}`;
  }
  const unwanted = rows
    .map(({ submission }) => submission)
    .filter(({ id, participant }) => /refused/.test(id + participant));
  if (unwanted.length > 0) return `these cannot be paid: ${unwanted.map(({ id }) => id).join(', ')}`;
  return { study, rows, totalHundredths: rows.reduce((sum, { amountMinor }) => sum + withFees(amountMinor), 0) };
}

/** A third in fees, up to the next hundredth of a penny: the documented totals have fractions as well. */
const withFees = (amountMinor: number): number => amountMinor * 100 + Math.ceil((amountMinor * 100) / 3);

function describeBulk({ study, rows, totalHundredths }: Bulk) {
  const amount = rows.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return { total_amount: totalHundredths / 100, study, amount, fees: (totalHundredths - amount * 100) / 100, vat: 0 };
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
