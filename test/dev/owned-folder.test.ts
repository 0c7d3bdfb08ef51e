import { spawn } from 'node:child_process';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeOwnedFolder, sweepOwnedFolders } from '../../src/dev/owned-folder.js';
import { isAlive, makeFolder, runScript, sourceFolder } from './helpers.js';

it('sweeps away what a killed process left, its child included, and nothing else', async () => {
  const parent = await makeFolder();
  const script = runScript(`
    import { spawn } from 'node:child_process';
    import { makeOwnedFolder } from '${sourceFolder}owned-folder.js';
    const folder = await makeOwnedFolder('${parent}', 'test-');
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    folder.noteChild(child.pid);
    console.log('pid ' + child.pid);`);
  const orphan = Number(await script.line('pid '));
  script.child.kill('SIGKILL');
  await script.ended;

  const ours = await makeOwnedFolder(parent, 'test-');
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void bystander.kill());
  ours.noteChild(bystander.pid!);
  await mkdir(join(parent, 'other'));
  await mkdir(join(parent, 'test-unsigned-new'));
  await mkdir(join(parent, 'test-unsigned-old'));
  const longAgo = new Date(Date.now() - 2 * 60 * 60_000);
  await utimes(join(parent, 'test-unsigned-old'), longAgo, longAgo);

  expect(isAlive(orphan)).toBe(true);
  await sweepOwnedFolders(parent, 'test-');

  expect(isAlive(orphan)).toBe(false);
  expect(isAlive(bystander.pid!)).toBe(true);
  expect((await readdir(parent)).map((name) => join(parent, name)).sort()).toEqual(
    [ours.path, join(parent, 'other'), join(parent, 'test-unsigned-new')].sort(),
  );
});
