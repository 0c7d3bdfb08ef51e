import { parseRequest } from '../../src/providers/parse-request.js';
import type { SandboxReply } from '../../src/sandbox/provider.js';
import { TAG } from '../../src/payout/request.js';
import type { PayoutInput } from '../../src/payout/view.js';
import { serve } from './providers.js';
import { findCalled, type Site, type WireRequest } from './sites.js';
import type { World } from './world.js';

/** Another payout that is known to exist: by it a search can show that it would find ours. */
export const CONTROL = {
  reference: 'control',
  provider: 'manifest',
  accountConnection: 'acon_X',
  amountMinor: 700,
  currency: 'USD',
} as const satisfies PayoutInput;

/** It was paid and seen long ago. */
export async function payControl(world: World): Promise<void> {
  const { reference, accountConnection, amountMinor } = CONTROL;
  const body = { account_connection: accountConnection, amount_in_cents: amountMinor, user_data: { [TAG]: reference } };
  const { json } = call(world, 'POST', '/payout', JSON.stringify(body));
  const { account } = serve(world.plan, world.sites[0] as Site);
  await world.ledger.transaction(async (tx) => {
    const claim = { reference, provider: 'manifest', account: 'default', host: account.host, credentials: 'known' };
    const facts = await tx.claim({ ...claim, request: parseRequest(CONTROL) });
    if (!facts) throw new Error('the control is there already');
    const seen = { status: 'sent', providerReference: (json as { id: string }).id, mayReturn: false } as const;
    const rest = { waitingFor: 'nothing', evidence: 'seen', isBreak: false, next: { do: 'end' } } as const;
    await tx.recordRuling(facts, { status: 'sent', seen, ...rest });
  });
}

/** A reply to a request for a payout, which shows this one instead. */
export function readControl(world: World): SandboxReply {
  const id = world.sites[0]?.provider.payments()[0]?.providerReference ?? '';
  return { ...call(world, 'GET', `/payout/${id}`, ''), status: 201 };
}

function call({ sites }: World, method: string, path: string, body: string): SandboxReply {
  const { baseUrl, env } = sites[0] as Site;
  const authorization = `Basic ${Buffer.from(`${env['MANIFEST_API_KEY'] ?? ''}:`).toString('base64')}`;
  const wire: WireRequest = { method, baseUrl, path, query: {}, headers: { authorization }, body };
  return findCalled(sites, wire).perform();
}
