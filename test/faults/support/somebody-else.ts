import { expect } from 'vitest';
import { compareWithLedger } from '../../../src/sandbox/agreement.js';
import type { OracleRow } from '../../../src/sandbox/oracle.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Payment } from '../../../src/sandbox/provider.js';
import type { ProlificRequest, RespondentRequest } from '../../../src/payout/request.js';
import type { TestStack } from '../../support/stack.js';

/** A person at the provider's own website, who knows nothing of our payouts. */
export async function somebodyPaysBonus(
  stack: TestStack,
  { studyId, submissionId }: Pick<ProlificRequest, 'studyId' | 'submissionId'>,
  major: string,
): Promise<void> {
  const { PROLIFIC_BASE_URL: url, PROLIFIC_API_TOKEN: token } = stack.env;
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { Authorization: `Token ${token}` },
      body: JSON.stringify(body),
    });
  const csv = { study_id: studyId, csv_bonuses: `${submissionId},${major}` };
  const { id } = (await (await post('/submissions/bonus-payments/', csv)).json()) as { id: string };
  return newest(stack, () => post(`/bulk-bonus-payments/${id}/pay/`, {}), 202);
}

/** The same at Respondent, or its autopay: it pays whatever is the next one. */
export function somebodyPaysNext(
  stack: TestStack,
  {
    projectId,
    screenerResponseId,
    payoutCount,
  }: Pick<RespondentRequest, 'projectId' | 'screenerResponseId' | 'payoutCount'>,
): Promise<void> {
  const { RESPONDENT_BASE_URL: url, RESPONDENT_API_KEY: key, RESPONDENT_API_SECRET: secret } = stack.env;
  const pay = () =>
    fetch(`${url}/v1/projects/${projectId}/screener-responses/${screenerResponseId}/payouts`, {
      method: 'POST',
      headers: { 'x-api-key': String(key), 'x-api-secret': String(secret) },
      body: JSON.stringify({ payoutCount, tip: 0 }),
    });
  return newest(stack, pay, 201);
}

async function newest({ sandbox }: TestStack, pay: () => Promise<Response>, expected: number): Promise<void> {
  const before = sandbox.journal().map(toText);
  const { status } = await pay();
  expect(status).toBe(expected);
  const added = sandbox.journal().filter((payment) => !isTakenFrom(before, toText(payment)));
  expect(added).toHaveLength(1);
  others.set(sandbox, [...(others.get(sandbox) ?? []), ...added]);
}

/** What somebody else paid, by the sandbox that it was paid through: the oracle judges what we did. */
const others = new WeakMap<Sandbox, readonly Payment[]>();

const toText = (payment: Payment): string => JSON.stringify(payment);

/** Each line is taken once: two equal payments are two. */
function isTakenFrom(lines: string[], line: string): boolean {
  const index = lines.indexOf(line);
  if (index >= 0) lines.splice(index, 1);
  return index >= 0;
}

/** What the oracle says of a payout. */
export async function judge(stack: TestStack, reference: string): Promise<OracleRow | undefined> {
  return (await compareOurs(stack)).find((row) => row.reference === reference);
}

/** The oracle, for tests beside somebody else. */
export async function expectOursToAgree(stack: TestStack, ...references: readonly string[]): Promise<void> {
  const rows = await compareOurs(stack);
  const judged = rows.filter(({ reference }) => reference === undefined || references.includes(reference));
  expect(judged.filter(({ verdict }) => verdict !== 'agrees')).toEqual([]);
  expect(judged.map(({ reference }) => reference)).toEqual(expect.arrayContaining([...references]));
}

async function compareOurs({ ledger, sandbox }: TestStack): Promise<readonly OracleRow[]> {
  const lines = (others.get(sandbox) ?? []).map(toText);
  const ours = sandbox.journal().filter((payment) => !isTakenFrom(lines, toText(payment)));
  return (await compareWithLedger(ledger.db, ours)).rows;
}
