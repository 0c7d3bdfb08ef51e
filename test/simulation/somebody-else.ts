import type { PayoutInput } from '../../src/payout/view.js';
import type { SandboxReply } from '../../src/sandbox/provider.js';
import type { Site } from './sites.js';

/** Somebody pays by hand what a request asks for. False: this provider would show whose payment it is. */
export function payElsewhere({ provider }: Site, request: PayoutInput): boolean {
  const call = (id: string, params: Readonly<Record<string, string>>, body: object): SandboxReply => {
    const route = provider.routes.find((one) => one.id === id);
    if (!route) throw new Error(`no route ${id}`);
    return route.handle({ params, query: {}, headers: {}, body: JSON.stringify(body) });
  };
  switch (request.provider) {
    case 'prolific': {
      const csv = `${String(request['submissionId'])},${(Number(request['amountMinor']) / 100).toFixed(2)}`;
      const body = { study_id: request['studyId'], csv_bonuses: csv };
      const { json } = call('POST /submissions/bonus-payments/', {}, body);
      const { id } = json as { readonly id: string };
      return call('POST /bulk-bonus-payments/:id/pay/', { id }, {}).status < 300;
    }
    case 'respondent': {
      const params = {
        projectId: String(request['projectId']),
        screenerResponseId: String(request['screenerResponseId']),
      };
      const route = provider.payingRoutes[0] as string;
      return [1, 2, 3].some((payoutCount) => call(route, params, { payoutCount }).status < 300);
    }
    default:
      return false;
  }
}
