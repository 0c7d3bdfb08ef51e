import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { GroupInput } from '../src/payout/group-input.js';
import { heard } from './messages.js';
import { providerSteps } from './steps.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Carries payouts that one call of the provider asks for, until each of them has ended or has a workflow of its own. */
export async function group(input: GroupInput): Promise<void> {
  let isNudged = false;
  setHandler(heard.nudge, () => void (isNudged = true), { description: 'Take the next step now' });

  const steps = providerSteps(input.provider, input.account);
  let current = input;
  for (let quietMs = FIRST_PAUSE_MS; ; quietMs = Math.min(LONGEST_PAUSE_MS, quietMs * 2)) {
    isNudged = false;
    const turn = await steps.advanceGroup(current);
    current = { ...input, ledgerId: turn.ledgerId };
    if (turn.open === 0) return;
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof group>(current);
    const pauseMs = Math.min(turn.pauseMs ?? quietMs, LONGEST_PAUSE_MS);
    await condition(() => isNudged, pauseMs, { summary: 'until the next step of one of them' });
  }
}
