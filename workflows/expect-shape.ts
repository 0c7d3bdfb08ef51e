import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';
import { PROVIDER_NAMES } from '../src/payout/request.js';
import type { PayoutInput } from '../src/payout/view.js';

/** The shape that routing needs; the step checks the rest by the provider's schema. */
export function expectShape({ reference, provider, account }: PayoutInput): void {
  const wrong =
    typeof reference !== 'string' || workflowInfo().workflowId !== `payout/${reference}`
      ? `reference: the workflow's id has to be payout/<reference>, it is ${workflowInfo().workflowId}`
      : provider !== undefined && !PROVIDER_NAMES.some((name) => name === provider)
        ? `provider: has to be one of ${PROVIDER_NAMES.join(', ')}`
        : account !== undefined && !(typeof account === 'string' && /^[a-z0-9_]{1,32}$/.test(account))
          ? 'account: has to match [a-z0-9_]{1,32}'
          : undefined;
  if (wrong !== undefined) throw ApplicationFailure.nonRetryable(wrong, 'InvalidRequest');
}
