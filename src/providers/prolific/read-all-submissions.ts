import type { Refused, Unready } from '../provider.js';
import type { ProlificApi } from './api.js';
import { unready } from './mapping.js';
import { submissionRowSchema, type SubmissionPage, type SubmissionRow } from './schemas.js';

export interface SubmissionList {
  readonly kind: 'read';
  readonly rows: readonly SubmissionRow[];
  /** Why rows may be missing. Absent: this is the whole list. */
  readonly gap?: string;
}

const PAGE_SIZE = 100;
const MAX_PAGES = 1000;

/** Every submission of a study, page by page to the end. */
export async function readAllSubmissions(
  api: ProlificApi,
  studyId: string,
): Promise<SubmissionList | Refused | Unready> {
  const rows = new Map<string, SubmissionRow>();
  const unreadable = new Set<string>();
  for (let pages = 0, offset = 0; pages < MAX_PAGES; pages += 1) {
    const answer = await api.listSubmissions(studyId, { limit: PAGE_SIZE, offset });
    if (answer.kind !== 'answered') return answer;
    const page = answer.value;
    const knownBefore = rows.size + unreadable.size;
    for (const item of page.results) {
      const row = submissionRowSchema.safeParse(item);
      if (row.success) rows.set(row.data.id, row.data);
      else unreadable.add(JSON.stringify(item));
    }
    offset += page.results.length;
    const known = rows.size + unreadable.size;
    const repeats = page.results.length > 0 && known === knownBefore;
    if (page.results.length === 0 || repeats || saysLast(page, offset)) {
      const gap = findGap(page, { known, unreadable: unreadable.size, repeats });
      return { kind: 'read', rows: [...rows.values()], ...(gap === undefined ? {} : { gap }) };
    }
  }
  return unready('provider', `submissions of study ${studyId}: no end of the list after ${MAX_PAGES} pages`);
}

/** A short page is no proof of the end: the provider may cap pages below the size that was asked for. */
function saysLast({ next, _links, meta }: SubmissionPage, offset: number): boolean {
  const links = [next, _links?.next?.href];
  const linksEnd = links.includes(null) && links.every((link) => typeof link !== 'string');
  return linksEnd || (typeof meta?.count === 'number' && offset >= meta.count);
}

function findGap(
  { results, meta }: SubmissionPage,
  { known, unreadable, repeats }: { known: number; unreadable: number; repeats: boolean },
): string | undefined {
  if (unreadable > 0) return `${unreadable} of ${known} rows cannot be read`;
  if (typeof meta?.count === 'number')
    return known < meta.count ? `only ${known} of ${meta.count} rows were listed` : undefined;
  return repeats && results.length >= PAGE_SIZE ? 'the same page came twice' : undefined;
}
