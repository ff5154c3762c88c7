/** What is put into a notebook: the grammar of the magics, as far as the sidebar writes it. */

import type { IQuestion } from './tokens';

/** The cell that asks this; one whose choice was taken holds its SQL, so that the rows are the same. */
export function cellOf({ question, datasource, sql }: IQuestion): string {
  const words = ['%%dbchat'];
  if (datasource) {
    words.push('-d', quoted(datasource));
  }
  if (sql) {
    words.push('--sql');
  }
  // A semicolon at the end would silence the cell.
  return `${words.join(' ')}\n${sql ?? question.replace(/[;\s]+$/, '')}`;
}

function quoted(name: string): string {
  if (!/[\s'"]/.test(name)) {
    return name;
  }
  return name.includes('"') ? `'${name}'` : `"${name}"`;
}
