/** One line of `csv_bonuses`: whom, and how much in minor units. */
export interface CsvBonus {
  readonly id: string;
  readonly amountMinor: number;
}

/** Reads `csv_bonuses`, amounts in major units: 30 pays 30.00. Answers with the complaint where a line is wrong. */
export function parseCsvBonuses(csv: string): readonly CsvBonus[] | string {
  const lines = csv.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return 'csv_bonuses is empty';
  if (lines.length > MAX_LINES) return `at most ${MAX_LINES} bonuses in one request`;
  const bonuses: CsvBonus[] = [];
  for (const line of lines) {
    const [, id, whole, fraction = ''] = LINE.exec(line) ?? [];
    const amountMinor = Number(`${whole}${fraction.padEnd(2, '0')}`);
    if (id === undefined || !(amountMinor > 0)) return `wrong line: ${line}`;
    bonuses.push({ id, amountMinor });
  }
  return bonuses;
}

const MAX_LINES = 200;
const LINE = /^\s*([^,\s]+)\s*,\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/;
