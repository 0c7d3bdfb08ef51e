import axios from 'axios';
import http from 'node:http';

/** One POST to the same simulated provider that the payouts use, with the same kept connections. */
export const createFloorActivities = (baseUrl: string, authorization: string) => {
  const client = axios.create({
    baseURL: baseUrl,
    headers: { Authorization: authorization },
    httpAgent: new http.Agent({ keepAlive: true }),
  });
  return {
    post: async (amountMinor: number): Promise<number> => {
      const reply = await client.post('/payout', { account_connection: 'acon_floor', amount_in_cents: amountMinor });
      return reply.status;
    },
  };
};

export type FloorActivities = ReturnType<typeof createFloorActivities>;
