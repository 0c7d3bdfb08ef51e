import { read } from '../architecture/sources.js';

export interface Stage {
  readonly name: string;
  readonly image: string;
  readonly steps: readonly { readonly word: string; readonly rest: string }[];
}

/** The stages of the Dockerfile, in their order. */
export function readStages(text = read('Dockerfile')): readonly Stage[] {
  const stages: { name: string; image: string; steps: { word: string; rest: string }[] }[] = [];
  for (const line of text.replace(/\\\n/g, ' ').split('\n')) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') {
      const [, image = '', name = ''] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
      stages.push({ name, image, steps: [] });
    } else if (word !== '') stages.at(-1)?.steps.push({ word, rest });
  }
  return stages;
}

export interface Copy {
  /** The stage that it comes from; none: from the tree. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

export const copiesOf = ({ steps }: Stage): readonly Copy[] =>
  steps.flatMap(({ word, rest }) => {
    if (word !== 'COPY' && word !== 'ADD') return [];
    const words = rest.split(/\s+/);
    const from = words.find((one) => one.startsWith('--from='))?.slice('--from='.length);
    const paths = words.filter((one) => !one.startsWith('--'));
    return [{ from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }];
  });
