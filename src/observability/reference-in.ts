const PAYOUT = /^payout\/(.+)$/;

/** The reference of the payout that a workflow carries; nothing, where it carries another thing. */
export const referenceIn = (workflowId: string): string | undefined => PAYOUT.exec(workflowId)?.[1];
