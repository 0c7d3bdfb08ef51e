import type { SandboxReply } from '../../sandbox/provider.js';

/** A refusal in the shape that Prolific's API uses most. */
export const refusal = (status: number, detail: string): SandboxReply => ({
  status,
  json: { error: { status, error_code: 140_000 + status, title: TITLES[status] ?? 'Error', detail } },
});

const TITLES: Readonly<Record<number, string>> = { 400: 'Bad request', 401: 'Unauthorized', 404: 'Not found' };
