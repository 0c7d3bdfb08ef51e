import type { Command } from 'commander';
import { addCommand, parseFilled, parseWhole } from '../command.js';
import type { RunCodecServerOptions } from '../run-codec-server.js';

const DEFAULT_PORT = 8091;

export function codecServer(program: Command): void {
  addCommand(program, {
    usage: 'codec-server',
    summary: 'decrypt payloads for the Temporal UI',
    description: [
      "Serves Temporal's remote codec protocol, POST /decode and POST /encode, with the keys of PAYOUTS_ENCRYPTION_KEYS.",
      'Only pages of --ui-origin may ask; enter the address in the UI as its codec server.',
      'Where PAYOUTS_CODEC_TOKEN is set, every request has to carry it as a bearer token.',
      'Whoever can ask it can read every payload: keep it where only those are who may.',
      'Logs go to stderr.',
    ],
    examples: ['payouts codec-server --ui-origin http://localhost:8233'],
  })
    .requiredOption('--ui-origin <url>', 'the origin of the Temporal UI, such as https://temporal.example', parseFilled)
    .option('--port <number>', 'the port to listen on; 0 for any that is free', parseWhole(0, 65_535), DEFAULT_PORT)
    .option('--host <address>', 'the address to listen on', parseFilled, '127.0.0.1')
    .action(async (options: RunCodecServerOptions) => {
      const { runCodecServer } = await import('../run-codec-server.js');
      await runCodecServer(process.env, options);
    });
}
