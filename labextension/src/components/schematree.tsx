/** The tables and columns of a datasource, as a tree that unfolds. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { caretRightIcon } from '@jupyterlab/ui-components';
import { type JSX, useState } from 'react';

import type { IColumn, ISchema, ITable } from '../tokens';

export interface ISchemaTreeProps {
  readonly schema: ISchema;
  readonly trans: TranslationBundle;
}

export function SchemaTree({ schema, trans }: ISchemaTreeProps): JSX.Element {
  if (schema.tables.length === 0) {
    return (
      <p className="jp-DbChat-hint">
        {trans.__('%1 has no tables.', schema.datasource)}
      </p>
    );
  }
  return (
    <ul
      className="jp-DbChat-tables"
      aria-label={trans.__('Tables of %1', schema.datasource)}
    >
      {schema.tables.map(table => (
        <TableItem key={table.name} table={table} trans={trans} />
      ))}
    </ul>
  );
}

interface ITableItemProps {
  readonly table: ITable;
  readonly trans: TranslationBundle;
}

/** Columns are drawn once they are looked at: a database may have thousands of tables. */
function TableItem({ table, trans }: ITableItemProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button
        className="jp-DbChat-table"
        aria-expanded={isOpen}
        title={[table.name, table.comment].filter(Boolean).join('\n')}
        onClick={() => setOpen(!isOpen)}
      >
        <caretRightIcon.react
          tag="span"
          className="jp-DbChat-caret"
          stylesheet="menuItem"
        />
        <span className="jp-DbChat-name">{table.name}</span>
        {table.kind === 'view' && (
          <span className="jp-DbChat-mark">{trans.__('view')}</span>
        )}
        {table.rows !== null && (
          <span
            className="jp-DbChat-detail"
            title={trans._n('about %1 row', 'about %1 rows', table.rows)}
          >
            {table.rows.toLocaleString()}
          </span>
        )}
      </button>
      {isOpen && (
        <ul className="jp-DbChat-columns" aria-label={table.name}>
          {table.columns.map(column => (
            <ColumnItem key={column.name} column={column} trans={trans} />
          ))}
        </ul>
      )}
    </li>
  );
}

interface IColumnItemProps {
  readonly column: IColumn;
  readonly trans: TranslationBundle;
}

function ColumnItem({ column, trans }: IColumnItemProps): JSX.Element {
  const { name, type, key, references, nullable, comment } = column;
  const target = references && `${references.table}.${references.column}`;
  const title = [
    type ? `${name}: ${type}` : name,
    comment,
    key && trans.__('part of the primary key'),
    target && trans.__('refers to %1', target),
    !nullable && trans.__('never empty')
  ];
  return (
    <li className="jp-DbChat-column" title={title.filter(Boolean).join('\n')}>
      <span className="jp-DbChat-name">{name}</span>
      {key && (
        <abbr className="jp-DbChat-mark" title={trans.__('primary key')}>
          {trans.__('PK')}
        </abbr>
      )}
      {target && (
        <abbr
          className="jp-DbChat-mark"
          title={trans.__('refers to %1', target)}
        >
          {trans.__('FK')}
        </abbr>
      )}
      <span className="jp-DbChat-detail">{type}</span>
    </li>
  );
}
