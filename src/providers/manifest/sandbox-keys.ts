import type { SandboxReply, SandboxRoute } from '../../sandbox/provider.js';

/**
 * Honours idempotency keys as documented: the same key with the same body gets the first answer again, with another body 409.
 * Only what succeeded is remembered. Whether a refusal is repeated is not documented, and a client must cope with its being judged anew.
 * Nor is documented for how long: `rememberMs` says it here.
 */
export function createIdempotency(
  now: () => number,
  rememberMs: number,
): (route: string, handle: SandboxRoute['handle']) => SandboxRoute['handle'] {
  const answered = new Map<string, Answered>();
  return (route, handle) => (request) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || key === '') return handle(request);
    const earlier = answered.get(key);
    if (earlier && now() < earlier.atMs + rememberMs) {
      const isSame = earlier.route === route && earlier.body === request.body;
      return isSame
        ? earlier.reply
        : { status: 409, json: { message: 'Idempotency key was used with another request.' } };
    }
    const reply = handle(request);
    if (reply.status < 300) answered.set(key, { route, body: request.body, reply, atMs: now() });
    return reply;
  };
}

interface Answered {
  readonly route: string;
  readonly body: string;
  readonly reply: SandboxReply;
  readonly atMs: number;
}
