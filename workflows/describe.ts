import type { View } from '../src/payout/view.js';

/** The payout in Markdown, for the Temporal UI. */
export function describe(view: View): string {
  const rows: readonly (readonly [string, string | null])[] = [
    ['status', `**${view.status}**`],
    ['amount', view.amountMinor === null ? 'set by the provider' : `${view.amountMinor} minor units ${view.currency}`],
    ['provider', `${view.provider} (account ${view.account})`],
    ["provider's id", view.providerReference],
    ['waits for', waits(view)],
    ['can be canceled until', view.cancelableUntil],
    ['evidence', view.evidence.replaceAll('|', '\\|')],
  ];
  const lines = rows.filter(([, value]) => value !== null).map(([name, value]) => `| ${name} | ${value} |`);
  return ['| | |', '|---|---|', ...lines].join('\n');
}

function waits({ waitingFor, next }: View): string | null {
  if (waitingFor === 'nothing') return null;
  return next.do === 'wait' ? `${waitingFor}, next step at ${new Date(next.untilMs).toISOString()}` : waitingFor;
}
