import { InvalidArgumentError } from 'commander';

export function parseMinutes(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0)
    throw new InvalidArgumentError('It has to be minutes, for example 2 or 0.5.');
  return Number(text);
}
