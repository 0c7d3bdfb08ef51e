import type { Http } from './http.js';

/** A refusal may repeat the headers it was sent, and its words are kept. Data is left alone: a short secret may occur in it. */
export const withoutSecrets =
  (http: Http, secrets: readonly string[]): Http =>
  async (request) => {
    const result = await http(request);
    if (result.kind !== 'reply' || result.status < 300) return result;
    const text = secrets.reduce((left, secret) => left.replaceAll(secret, '[secret]'), result.text);
    return text === result.text ? result : { ...result, text, json: undefined };
  };
