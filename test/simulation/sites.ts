import type { SandboxFactory, SandboxProvider, SandboxReply, SandboxRoute } from '../../src/sandbox/provider.js';

/** One provider as it is reached at one base URL with one set of credentials. */
export interface Site {
  readonly name: string;
  readonly baseUrl: string;
  readonly provider: SandboxProvider;
  /** The environment that leads a worker here. */
  readonly env: Readonly<Record<string, string>>;
}

/** `credentials`: others than the ordinary ones; they open another purse, with records of its own. */
export function makeSite(
  name: string,
  host: string,
  create: SandboxFactory,
  now: () => number,
  credentials = '',
): Site {
  const provider = create({ now });
  const baseUrl = `http://${host}${provider.basePath}`;
  const env = Object.entries(provider.env(baseUrl)).map(
    ([variable, value]) => [variable, variable.endsWith('_BASE_URL') ? value : value + credentials] as const,
  );
  return { name, baseUrl, provider, env: Object.fromEntries(env) };
}

export interface Called {
  readonly site: Site;
  readonly route: SandboxRoute;
  readonly isPaying: boolean;
  /** Whom it concerns, where neither its path nor its body tells. */
  readonly about: string;
  /** Makes the effect and answers. */
  readonly perform: (headers?: Readonly<Record<string, string>>) => SandboxReply;
}

export interface WireRequest {
  readonly method: string;
  readonly baseUrl: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Which site and route a request on the wire is for. */
export function findCalled(sites: readonly Site[], request: WireRequest): Called {
  const site = sites.find((one) => one.baseUrl === request.baseUrl && holdsCredentials(one, request));
  if (!site) throw new Error(`nobody is at ${request.baseUrl}`);
  for (const route of site.provider.routes) {
    const params = route.method === request.method ? matchPath(route.path, request.path) : undefined;
    if (!params) continue;
    const perform = (more: Readonly<Record<string, string>> = {}) => {
      const headers = { ...withOrdinary(site, request.headers), ...more };
      const { query, body } = request;
      return site.provider.authorize(headers) ?? route.handle({ params, query, headers, body });
    };
    const { query, headers, body } = request;
    const about = route.about?.({ params, query, headers, body }) ?? '';
    return { site, route, isPaying: site.provider.payingRoutes.includes(route.id), about, perform };
  }
  throw new Error(`no route for ${request.method} ${request.path}`);
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] as string;
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}

const OTHER = 'other';

/** Other credentials are the ordinary ones with this added. */
export const OTHER_CREDENTIALS = OTHER;

const isOther = ({ headers }: Pick<WireRequest, 'headers'>): boolean =>
  AUTHORIZING.some((name) => decoded(headers[name] ?? '').includes(OTHER));

const holdsCredentials = (site: Site, request: WireRequest): boolean =>
  isOther(request) === Object.values(site.env).some((value) => value.endsWith(OTHER));

const AUTHORIZING = ['authorization', 'x-api-key', 'x-api-secret'];

/** The simulated API knows the ordinary credentials alone; that others were meant for this site is known by now. */
function withOrdinary(site: Site, headers: Readonly<Record<string, string>>): Record<string, string> {
  const changed = AUTHORIZING.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, encodedAs(value, decoded(value).replaceAll(OTHER, ''))] as const];
  });
  return { ...headers, ...Object.fromEntries(changed) };
}

/** What stands in a header of basic authorization, in plain text. */
function decoded(value: string): string {
  return value.startsWith('Basic ') ? Buffer.from(value.slice(6), 'base64').toString() : value;
}

const encodedAs = (before: string, text: string): string =>
  before.startsWith('Basic ') ? `Basic ${Buffer.from(text).toString('base64')}` : text;
