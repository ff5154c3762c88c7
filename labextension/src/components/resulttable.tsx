/** The first rows of an answer. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';

import type { Cell, IAnswer, IAnswerColumn } from '../tokens';

/** More would make the page slow, and nobody reads them here. */
const SHOWN_ROWS = 100;
/** The whole number is in the cell's title. */
const MOST_DECIMALS = 4;
/** A word of SQL, in every language. */
const NULL = 'NULL';

export interface IResultTableProps {
  readonly answer: IAnswer;
  readonly trans: TranslationBundle;
}

export function ResultTable({ answer, trans }: IResultTableProps): JSX.Element {
  return (
    <>
      <Rows columns={answer.columns} rows={answer.rows} trans={trans} />
      <div className="jp-DbChat-count">{countOf(answer, trans)}</div>
    </>
  );
}

export interface IRowsProps {
  readonly columns: readonly IAnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly trans: TranslationBundle;
}

/** The first of these rows. */
export function Rows({ columns, rows: all, trans }: IRowsProps): JSX.Element {
  const rows = all.slice(0, SHOWN_ROWS);
  const decimals = columns.map((_, position) =>
    decimalsOf(rows.map(row => row[position] ?? null))
  );
  return (
    <div
      className="jp-DbChat-rows"
      role="region"
      aria-label={trans.__('Rows')}
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={index} scope="col" className={alignmentOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, position) => (
                <td
                  key={position}
                  className={alignmentOf(columns[position])}
                  title={cell === null ? '' : String(cell)}
                >
                  <Value cell={cell} decimals={decimals[position] ?? 0} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface IValueProps {
  readonly cell: Cell;
  readonly decimals: number;
}

function Value({ cell, decimals }: IValueProps): JSX.Element {
  return cell === null ? (
    <span className="jp-DbChat-null">{NULL}</span>
  ) : (
    <>{textOf(cell, decimals)}</>
  );
}

/** With the column's decimals, so that the points stand below one another; a tiny number keeps its digits. */
function textOf(cell: Cell, decimals: number): string {
  if (typeof cell !== 'number') {
    return String(cell);
  }
  const text = cell.toFixed(decimals);
  return cell !== 0 && Number(text) === 0 ? String(cell) : text;
}

/** How many decimals the numbers of a column need, within what is worth reading. */
function decimalsOf(cells: readonly Cell[]): number {
  const numbers = cells.filter(cell => typeof cell === 'number');
  const lengths = numbers.map(number => {
    const [, fraction = ''] = String(
      Number(number.toFixed(MOST_DECIMALS))
    ).split('.');
    return fraction.length;
  });
  return Math.min(MOST_DECIMALS, Math.max(0, ...lengths));
}

function alignmentOf(column: IAnswerColumn | undefined): string {
  const isNumber = column?.type === 'integer' || column?.type === 'number';
  return isNumber ? 'jp-DbChat-number' : '';
}

function countOf(answer: IAnswer, trans: TranslationBundle): string {
  const { rows, row_count, truncated } = answer;
  const count = trans._n(
    '%2 row',
    '%2 rows',
    row_count,
    row_count.toLocaleString()
  );
  const shown = Math.min(rows.length, SHOWN_ROWS);
  const parts = [
    truncated ? trans.__('The first %1', count) : count,
    truncated && trans.__('there are more in the database'),
    shown < row_count && trans.__('%1 shown here', shown.toLocaleString())
  ];
  return parts.filter(Boolean).join('; ');
}
