import type { HttpResult } from '../http.js';
import type { Unready } from '../provider.js';
import type { RespondentApi } from './api.js';
import { toRead } from './mapping.js';
import { projectSchema, type Project } from './schemas.js';

export type ProjectRead =
  | { readonly kind: 'read'; readonly project: Project }
  /** This account or this host does not show projects, or not in a form that we know. Asking again will not help. */
  | { readonly kind: 'not_shown'; readonly because: string }
  | Unready;

/** Reads what is paid in a project, and whether Respondent pays by itself. */
export async function readProject(api: RespondentApi, projectId: string): Promise<ProjectRead> {
  const what = `project ${projectId}`;
  const result = await api.readProject(projectId);
  const read = toRead(result, what);
  if (read.kind === 'read') return { kind: 'read', project: projectSchema.parse(read.json) };
  return isPassing(result) && read.kind === 'unready' ? read : { kind: 'not_shown', because: read.message };
}

/** Overload, an outage, a lost reply: the next read may well answer. */
const isPassing = (result: HttpResult): boolean =>
  result.kind !== 'reply' || result.status === 408 || result.status === 429 || result.status >= 500;
