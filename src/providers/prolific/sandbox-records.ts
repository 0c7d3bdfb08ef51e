/** What the simulated Prolific remembers. */
export interface SandboxSubmission {
  readonly id: string;
  readonly study: string;
  readonly participant: string;
  readonly status: string;
  readonly bonuses: { readonly amountMinor: number; readonly visibleAtMs: number }[];
}

export interface SandboxSubmissionSeed {
  readonly id: string;
  readonly study: string;
  readonly participant: string;
  readonly status?: string;
}

export interface SandboxRecords {
  /** Made on first use, where its id tells the study. */
  find(submissionId: string): SandboxSubmission | undefined;
  ofStudy(study: string): SandboxSubmission[];
  /** The submission that a CSV row means: its id is a submission's, or a participant's who took part. */
  findInStudy(study: string, id: string): SandboxSubmission | undefined;
}

export function createSandboxRecords(
  seeds: readonly SandboxSubmissionSeed[],
  studyOf: (submissionId: string) => string | undefined,
): SandboxRecords {
  const submissions = new Map<string, SandboxSubmission>();
  const add = ({ status = 'APPROVED', ...seed }: SandboxSubmissionSeed): SandboxSubmission => {
    const submission = { ...seed, status, bonuses: [] };
    submissions.set(seed.id, submission);
    return submission;
  };
  seeds.forEach(add);

  const find = (id: string): SandboxSubmission | undefined => {
    const known = submissions.get(id);
    if (known) return known;
    const study = studyOf(id);
    return study === undefined ? undefined : add({ id, study, participant: `participant-of-${id}` });
  };
  const ofStudy = (study: string) => [...submissions.values()].filter((submission) => submission.study === study);

  return {
    find,
    ofStudy,
    findInStudy: (study, id) => {
      const byParticipant = ofStudy(study).find(({ participant }) => participant === id);
      if (byParticipant) return byParticipant;
      const submission = find(id);
      return submission?.study === study ? submission : undefined;
    },
  };
}

/** `study-43-s7` is of study `study-43`: what stands before the last hyphen. */
export function studyBeforeHyphen(submissionId: string): string | undefined {
  const hyphen = submissionId.lastIndexOf('-');
  return hyphen > 0 && hyphen < submissionId.length - 1 ? submissionId.slice(0, hyphen) : undefined;
}
