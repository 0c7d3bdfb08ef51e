import { expect, it } from 'vitest';
import { isGone, markProcess } from '../../src/dev/process-mark.js';
import { runScript } from './helpers.js';

it('knows a process from a later one with the same pid', () => {
  const mark = markProcess(process.pid)!;
  expect(isGone(mark)).toBe(false);
  expect(isGone({ ...mark, startedAt: '1' })).toBe(true);
});

it('takes no process of another machine or container for gone', () => {
  const mark = markProcess(process.pid)!;
  expect(isGone({ ...mark, machine: 'elsewhere', startedAt: '1' })).toBe(false);
});

it('knows when a process has ended', async () => {
  const script = runScript(`process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log('up 1');`);
  await script.line('up');
  const mark = markProcess(script.pid)!;
  expect(isGone(mark)).toBe(false);
  script.child.kill('SIGKILL');
  await script.ended;
  expect(isGone(mark)).toBe(true);
  expect(markProcess(script.pid)).toBeUndefined();
});
