import { mkdir, writeFile } from 'node:fs/promises';
import { formatResult } from './throughput/format-result.js';
import { readOptions } from './throughput/options.js';
import { runBench } from './throughput/run-bench.js';

/** Single payouts and files of payouts against the floor, side by side in one run. */
const RESULTS = 'bench/results';

const options = readOptions(process.argv.slice(2));
const say = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

// By `exit` the servers are asked to stop.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const result = await runBench(options, say);
const json = JSON.stringify(result, null, 2);
// What was measured with cases left out, or under a profiler, is not the result.
if (options.only === undefined && options.profile === undefined && options.heap === undefined) {
  const name = options.inMemory ? 'throughput-in-memory' : 'throughput';
  await mkdir(RESULTS, { recursive: true });
  await writeFile(`${RESULTS}/${name}.json`, `${json}\n`);
}
process.stdout.write(`${options.json ? json : formatResult(result)}\n`);
if (!result.journalAgreesWithLedger) process.exitCode = 1;
