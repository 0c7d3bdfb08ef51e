import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { forgetPeak, readCpuMs, readPeakMb } from '../../bench/process-use.js';

const USED_MS = `const usedMs = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1_000; };`;
const BURN = `${USED_MS} while (usedMs() < 250);`;
/** Burns, lets one child burn and end, and another burn and stay. Prints what the three of them say that they used. */
const PROGRAM = `
  const { spawn, spawnSync } = require('node:child_process');
  ${BURN}
  const burn = ${JSON.stringify(`${BURN} process.stdout.write(String(usedMs())); process.stdin.resume();`)};
  const ended = Number(spawnSync(process.execPath, ['-e', burn], { input: '' }).stdout);
  const child = spawn(process.execPath, ['-e', burn], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.on('data', (data) => process.stdout.write(String(usedMs() + ended + Number(data))));
  process.stdin.on('end', () => child.stdin.end()).resume();
`;
/** Less than one of the three. */
const TOLERANCE_MS = 200;

describe.runIf(process.platform === 'linux')('what a process takes', () => {
  it('is its own time and that of its children, ended or not', { timeout: 60_000 }, async () => {
    const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const cpuMs = readCpuMs(child.pid as number);
    child.stdin.end();
    await once(child, 'exit');
    expect(Math.abs(cpuMs - Number(said.toString()))).toBeLessThan(TOLERANCE_MS);
  });

  it('is the most memory since it was last forgotten', () => {
    forgetPeak(process.pid);
    const before = readPeakMb(process.pid);
    const held = Buffer.alloc(64 * 1024 * 1024, 1);
    expect(readPeakMb(process.pid) - before).toBeGreaterThan(50);
    expect(held.length).toBeGreaterThan(0);
  });
});
