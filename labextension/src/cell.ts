/** What is put into a notebook: the grammar of the magics, as far as the sidebar writes it. */

import type { IQuestion } from './tokens';

/** The cell that asks this; one whose choice was taken holds its SQL, so that the rows are the same. */
export function cellOf(question: IQuestion): string {
  return written(question, []);
}

/** The cell that keeps the rows under a name, and shows them. */
export function frameCellOf(question: IQuestion, name: string): string {
  return written(question, [name, '=', '<<']);
}

/** A variable's name that says what is asked; one that is not `taken`. */
export function variableOf(question: string, taken = ''): string {
  const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const telling = words
    .filter(word => /^[a-z0-9]+$/.test(word))
    .filter(word => !SMALL_WORDS.has(word));
  const joined = telling.slice(0, 4).join('_');
  const name = /^[a-z]/.test(joined)
    ? joined
    : `answer${joined && `_${joined}`}`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}_${number}`;
    if (!new RegExp(`\\b${candidate}\\b`).test(taken)) {
      return candidate;
    }
  }
}

/** Whether the source of a cell is SQL for us: its first line says so. */
export function isSqlCell(source: string): boolean {
  const [first = ''] = source.trimStart().split('\n');
  const found = /^%%dbchat\s(.*)$/.exec(first);
  return found !== null && /(^|\s)(--sql|-s)(\s|$)/.test(found[1] ?? '');
}

/** Words that say nothing of what the rows are, and such as Python takes for itself. */
const SMALL_WORDS = new Set(
  (
    'a all an and any are as at be by can do does each for from give has have how i in is it list many me much of on ' +
    'or our per please show tell that the their them there this to was we were what when which who with you your ' +
    'not if else class def del global import lambda pass raise return try while yield none true false'
  ).split(' ')
);

function written(
  { question, datasource, model, sql }: IQuestion,
  target: readonly string[]
): string {
  const words = ['%%dbchat'];
  if (datasource) {
    words.push('-d', quoted(datasource));
  }
  if (sql) {
    words.push('--sql');
  } else if (model) {
    words.push('-m', quoted(model));
  }
  // A semicolon at the end would silence the cell.
  const body = sql ?? question.replace(/[;\s]+$/, '');
  return `${[...words, ...target].join(' ')}\n${body}`;
}

function quoted(name: string): string {
  if (!/[\s'"]/.test(name)) {
    return name;
  }
  return name.includes('"') ? `'${name}'` : `"${name}"`;
}
