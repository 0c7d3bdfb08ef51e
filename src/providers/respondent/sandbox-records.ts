/** One payment that the simulated Respondent made. */
export interface SandboxPaid {
  readonly projectId: string;
  readonly screenerResponseId: string;
  /** The n-th payment of this screener response, whatever number was asked for. */
  readonly ordinal: number;
  readonly incentiveMinor: number;
  readonly tipMinor: number;
  readonly atMs: number;
}

export interface SandboxRecords {
  add(payment: Omit<SandboxPaid, 'ordinal' | 'atMs'>): void;
  countOf(projectId: string, screenerResponseId: string): number;
  all(): readonly SandboxPaid[];
  /** What `GET …/screener-responses/payouts` shows: those who were paid, as soon as it is visible. */
  list(projectId: string): readonly CountRow[];
}

export function createSandboxRecords(
  now: () => number,
  visibleAfterMs: number | ((screenerResponseId: string) => number),
): SandboxRecords {
  const made: SandboxPaid[] = [];
  const byProject = new Map<string, Map<string, SandboxPaid[]>>();
  const of = (projectId: string, screenerResponseId: string): readonly SandboxPaid[] =>
    byProject.get(projectId)?.get(screenerResponseId) ?? [];
  const isVisible = ({ atMs, screenerResponseId }: SandboxPaid) =>
    atMs + (typeof visibleAfterMs === 'number' ? visibleAfterMs : visibleAfterMs(screenerResponseId)) <= now();

  return {
    add(payment) {
      const { projectId, screenerResponseId } = payment;
      const earlier = of(projectId, screenerResponseId);
      const paid = { ...payment, ordinal: earlier.length + 1, atMs: now() };
      made.push(paid);
      const project = byProject.get(projectId) ?? new Map<string, SandboxPaid[]>();
      byProject.set(projectId, project.set(screenerResponseId, [...earlier, paid]));
    },
    countOf: (projectId, screenerResponseId) => of(projectId, screenerResponseId).length,
    all: () => made,
    list: (projectId) =>
      [...(byProject.get(projectId) ?? [])]
        .map(([screenerResponseId, paid]) => toCountRow(screenerResponseId, paid.filter(isVisible)))
        .filter((row) => row.numberOfPayouts > 0),
  };
}

export interface CountRow {
  readonly userId: string;
  readonly profileId: string;
  readonly screenerResponseId: string;
  readonly numberOfPayouts: number;
  readonly payouts: readonly {
    readonly incentive: number;
    readonly tip: number;
    readonly totalIncentive: number;
    readonly createdAt: string;
  }[];
}

const toCountRow = (screenerResponseId: string, paid: readonly SandboxPaid[]): CountRow => ({
  userId: `user-of-${screenerResponseId}`,
  profileId: `profile-of-${screenerResponseId}`,
  screenerResponseId,
  numberOfPayouts: paid.length,
  payouts: paid.map(({ incentiveMinor, tipMinor, atMs }) => ({
    incentive: incentiveMinor,
    tip: tipMinor,
    totalIncentive: incentiveMinor + tipMinor,
    createdAt: new Date(atMs).toISOString(),
  })),
});
