#!/usr/bin/env node
import { createProgram } from './program.js';
import { run } from './run.js';

// `payouts list | head`: nobody reads on, and that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const code = await run(createProgram(), process.argv.slice(2));
// Not `process.exitCode` alone: a connection attempt that was given up may keep the process for a while.
process.stdout.write('', () => process.exit(code));
