import { describe, expect, it } from 'vitest';
import { toLog, toReadable } from '../../src/cli/worker-log.js';

function collect() {
  const lines: string[] = [];
  return { lines, log: toLog({ write: (line) => void lines.push(line) }) };
}

describe("a worker's log", () => {
  it('keeps of an error its name and message, never what else it carries', () => {
    const { lines, log } = collect();
    const error = Object.assign(new Error('refused'), { config: { headers: { Authorization: 'Bearer secret' } } });
    log.sdk.warn('Activity failed', { workflowId: 'payout/a', error, startedAt: 1n });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      msg: 'Activity failed',
      error: 'Error: refused',
    });
    expect(lines.join()).not.toContain('secret');
  });

  it('leaves out what the SDK chats about', () => {
    const { lines, log } = collect();
    log.sdk.info('Worker state changed');
    log.sdk.log('DEBUG', 'Polling');
    log.sdk.warn('No workflows registered, not polling for workflow tasks');
    expect(lines).toEqual([]);
    log.info('running');
    log.sdk.log('ERROR', 'Poll failed');
    expect(lines).toHaveLength(2);
  });

  it('names the payout and the attempt, also of a step that threw, and no token of a task', () => {
    const { lines, log } = collect();
    log.sdk.warn('Activity failed', { workflowId: 'payout/study/p-1', attempt: 3, taskToken: 'c2VjcmV0' });
    log.info('step ended', { reference: 'study/p-1', step: 'submit', attempt: 1 });
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told).toMatchObject([
      { reference: 'study/p-1', attempt: 3 },
      { reference: 'study/p-1', step: 'submit' },
    ]);
    expect(lines.join()).not.toContain('c2VjcmV0');
  });

  it('is one readable line without --json', () => {
    const { lines, log } = collect();
    log.sdk.warn('Activity failed', { workflowId: 'payout/a', attempt: 2, taskQueue: 'payouts' });
    expect(toReadable(lines[0] ?? '').slice(9)).toBe('warn  Activity failed reference=a attempt=2\n');
    log.sdk.warn('Activity failed', { workflowId: 'payouts/sweep', attempt: 2 });
    expect(toReadable(lines[1] ?? '').slice(9)).toBe('warn  Activity failed workflowId=payouts/sweep attempt=2\n');
  });
});
