import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./fixtures/', import.meta.url);

/** The JSON blocks of Manifest's own page about payouts, kept as they stand there. */
export const BLOCKS: readonly string[] = readdirSync(FOLDER).map((file) => file.replace('.txt', ''));

/** As it stands on the page: with comment lines and commas too many. */
export const readRawBlock = (name: string): string => readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8');

export const readBlock = (name: string): unknown => JSON.parse(clean(readRawBlock(name))) as unknown;

const clean = (block: string): string => block.replace(/^\s*\/\/.*$/gm, '').replace(/,(?=\s*[\]}])/g, '');
