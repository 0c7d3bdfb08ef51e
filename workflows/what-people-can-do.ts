import type { Show } from '../src/payout/show.js';
import { isEnding } from '../src/payout/status.js';

/** What a person can do now, by the buttons of the Temporal UI, each with an input that can be copied. */
export function whatPeopleCanDo({ status, waitingFor }: Show): string {
  if (status === 'sent')
    return '- Nothing more. To pay the same person again, start a payout with a reference of its own.';
  if (isEnding(status)) return '- Nothing more here. To pay after all, start a payout with another reference.';
  const can = [
    ...(waitingFor === 'operator' ? [RESUME] : []),
    ...(waitingFor === 'person' ? RESOLVE : []),
    ...(status === 'in_doubt' ? [FORBID] : []),
    ...(status === 'created' || status === 'ready' ? [CANCEL, RESCHEDULE] : []),
    ...(waitingFor === 'provider' || waitingFor === 'person' ? [LOOK] : []),
  ];
  return [...can, HOW].join('\n');
}

const CANCEL =
  '- **Cancel it**: signal `cancel`, input `{"by":"your name","reason":"why"}` or none. _Request Cancellation_ does the same.';
const RESCHEDULE =
  '- **Give it another date**: signal `reschedule`, input `{"scheduledAt":"2026-12-24T09:00:00Z","by":"your name"}`.';
const RESUME =
  '- **When that is mended, let it try again now**: signal `resume`, input `{"by":"your name"}` or none. By itself it tries again later.';
const RESOLVE = [
  '- **It was paid** (you saw it at the provider): update `resolve`, input `{"paid":true,"by":"your name","evidence":"what you saw, and where"}`.',
  '- **It was not paid**: the same with `"paid":false`; it ends as error. With `"payAgain":true` beside it, it is paid once more: ' +
    'the one word that can pay twice.',
];
const FORBID = '- **Let no further request be made**: signal `cancel`. What was sent already it cannot call back.';
const LOOK = "- **Read the provider's records now**: signal `nudge`, no input.";
const HOW =
  '- Signals and updates are under _More Actions_, at the top of this page. An update answers; a signal’s answer stands above.';
