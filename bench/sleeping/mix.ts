/** Half of them wait for Manifest's own date, a quarter each on our timer for Prolific and Respondent. */
const MIX = ['manifest', 'prolific', 'manifest', 'respondent'] as const;
export type ProviderName = (typeof MIX)[number];

/** As many people as a study or a project has in the ordinary case: its list of payments is read for each. */
const PEOPLE = 20;

export const providerOf = (index: number): ProviderName => MIX[index % MIX.length] ?? 'manifest';

export const referenceOf = (index: number): string => `sleeping/${providerOf(index)}/${index}`;

export function requestOf(index: number, scheduledAt: string) {
  const common = { reference: referenceOf(index), scheduledAt };
  const group = Math.floor(index / MIX.length / PEOPLE);
  const provider = providerOf(index);
  switch (provider) {
    case 'manifest':
      return { ...common, provider, accountConnection: `acon_${index}`, amountMinor: 1500, currency: 'USD' };
    case 'prolific':
      return {
        ...common,
        provider,
        studyId: `study${group}`,
        submissionId: `study${group}-${index}`,
        amountMinor: 250,
        currency: 'GBP',
      };
    case 'respondent':
      return {
        ...common,
        provider,
        projectId: `project-${group}`,
        screenerResponseId: `response-${index}`,
        payoutCount: 1,
      };
    default:
      return provider satisfies never;
  }
}
