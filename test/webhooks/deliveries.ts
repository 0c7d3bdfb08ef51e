import { createHmac, randomUUID } from 'node:crypto';
import { request, type Agent } from 'node:http';

/** Deliveries as the providers' documents describe them, with made-up secrets. */

export const SECRETS = {
  MANIFEST_WEBHOOK_USER: 'hook',
  MANIFEST_WEBHOOK_PASSWORD: 'made-up-manifest-password',
  MANIFEST_WEBHOOK_USER__US: 'hook-us',
  MANIFEST_WEBHOOK_PASSWORD__US: 'made-up-us-password',
  RESPONDENT_WEBHOOK_SECRET: 'made-up-respondent-key',
};

export interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export interface ManifestNews {
  readonly id?: string;
  readonly event?: string;
  readonly timestamp?: number;
  readonly userData?: unknown;
}

export const manifestBody = ({
  id = `pay_${randomUUID()}`,
  event = 'payout.update',
  timestamp,
  userData,
}: ManifestNews): string =>
  JSON.stringify({ event, id, timestamp: timestamp ?? Math.floor(Date.now() / 1000), user_data: userData ?? {} });

export const fromManifest = (news: ManifestNews = {}, env: Readonly<Record<string, string>> = SECRETS): Sent => ({
  path: '/webhooks/manifest',
  headers: {
    authorization: basic(env['MANIFEST_WEBHOOK_USER'] ?? '', env['MANIFEST_WEBHOOK_PASSWORD'] ?? ''),
  },
  body: manifestBody(news),
});

export interface RespondentNews {
  readonly id?: string;
  readonly event?: string;
  readonly uuid?: string;
  readonly created?: unknown;
  readonly updatedFields?: unknown;
}

export const respondentBody = (news: RespondentNews = {}): string =>
  JSON.stringify({
    event: news.event ?? 'SCREENER_RESPONSES.UPDATED',
    uuid: news.uuid ?? randomUUID(),
    created: news.created ?? new Date().toISOString(),
    payload: {
      resource: {
        id: news.id ?? 'response-ada',
        projectId: 'project',
        type: 'SCREENER_RESPONSE',
        updatedFields: news.updatedFields ?? [{ name: 'status', oldValue: 'ATTENDED', newValue: 'PAID' }],
      },
    },
  });

export const sign = (body: string, algorithm = 'sha256', secret = SECRETS.RESPONDENT_WEBHOOK_SECRET): string =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest('base64')}`;

export const fromRespondent = (news: RespondentNews = {}, secret = SECRETS.RESPONDENT_WEBHOOK_SECRET): Sent => {
  const body = respondentBody(news);
  return {
    path: '/webhooks/respondent',
    headers: { 'respondent-webhook-signature': sign(body, 'sha256', secret) },
    body,
  };
};

export interface Answer {
  readonly status: number;
  readonly durationMs: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One delivery, over a connection of its own unless an agent keeps some. */
export function deliver(base: string, { path, headers, body }: Sent, agent: Agent | false = false): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sending = request(new URL(path, base), { method: 'POST', headers, agent }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (part: string) => (text += part));
      reply.once('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          durationMs: performance.now() - startedAt,
          body: text,
          headers: reply.headers,
        }),
      );
    });
    sending.once('error', reject);
    sending.end(body);
  });
}
