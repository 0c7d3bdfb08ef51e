import type { Payment, SandboxFactory } from '../../src/sandbox/provider.js';

/** The smallest provider there can be: `POST /pay` pays 100, `GET /paid/:who` reads. The token is `made-up`. */
export const purse =
  (name = 'purse', basePath = ''): SandboxFactory =>
  ({ now }) => {
    const payments: Payment[] = [];
    return {
      name,
      basePath,
      authorize: (headers) =>
        headers['x-token'] === 'made-up' ? undefined : { status: 401, json: { message: 'who?' } },
      env: (baseUrl) => ({ [`${name.toUpperCase()}_BASE_URL`]: baseUrl }),
      payments: () => payments,
      payingRoutes: ['POST /pay'],
      routes: [
        {
          id: 'POST /pay',
          method: 'POST',
          path: '/pay',
          handle: ({ body }) => {
            payments.push({
              provider: name,
              key: body,
              amountMinor: 100,
              currency: 'USD',
              state: 'paid',
              at: new Date(now()).toISOString(),
            });
            return { status: 201, json: { paid: payments.length } };
          },
        },
        {
          id: 'GET /paid/:who',
          method: 'GET',
          path: '/paid/:who',
          handle: ({ params, query }) => ({ status: 200, json: { who: params.who, page: query.page ?? null } }),
        },
        { id: 'POST /quiet', method: 'POST', path: '/quiet', handle: () => ({ status: 201 }) },
      ],
    };
  };

export const TOKEN = { 'x-token': 'made-up' };
