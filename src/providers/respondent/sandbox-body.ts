export type PayoutBody =
  | { readonly kind: 'read'; readonly payoutCount: number; readonly tip: number }
  | { readonly kind: 'bad'; readonly message: string | readonly string[] };

/** Reads the body of a payout as the real one is documented to. */
export function readPayoutBody(body: string): PayoutBody {
  const json = parseObject(body);
  if (!json) return { kind: 'bad', message: 'Unexpected token in JSON' };
  const { payoutCount, tip = 0 } = json;
  const problems = [
    ...(isNatural(payoutCount) && payoutCount >= 1 && payoutCount <= 5
      ? []
      : ['payoutCount must be a whole number from 1 to 5']),
    ...(isNatural(tip) ? [] : ['tip must be a whole number of cents, not less than 0']),
  ];
  return problems.length > 0
    ? { kind: 'bad', message: problems }
    : { kind: 'read', payoutCount: Number(payoutCount), tip: Number(tip) };
}

function parseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json = JSON.parse(body) as unknown;
    return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

const isNatural = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
