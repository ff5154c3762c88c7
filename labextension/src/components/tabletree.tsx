/** The tables of a datasource and the columns of those that are open: a tree of thousands, searched and drawn in parts. */

import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretRightIcon,
  pasteIcon,
  tableRowsIcon
} from '@jupyterlab/ui-components';
import {
  type DragEvent,
  type JSX,
  type KeyboardEvent,
  useCallback,
  useId,
  useMemo,
  useState
} from 'react';

import { dbchatIcon } from '../icons';
import type { IColumn, IProblem, ITableHead, ITables } from '../tokens';
import { IconButton } from './iconbutton';
import { VirtualList } from './virtuallist';

/** Pixels, as in the style sheet. */
const ROW_HEIGHT = 24;
const PAGE_OF_KEYS = 10;

export interface ITableTreeProps {
  readonly tables: ITables;
  readonly onSearch: (words: string) => void;
  /** The tables from one position up to another are looked at. */
  readonly onNeed: (from: number, to: number) => void;
  readonly onToggle: (table: string) => void;
  readonly onRows: (table: string) => void;
  readonly onInsert: (name: string) => void;
  readonly onAsk: (table: string) => void;
  readonly trans: TranslationBundle;
}

export function TableTree(props: ITableTreeProps): JSX.Element {
  const { tables, onSearch, trans } = props;
  const { datasource, total, heads, search } = tables;
  const [words, setWords] = useState(search);
  return (
    <div className="jp-DbChat-tree">
      <div className="jp-DbChat-search">
        <input
          type="search"
          className="jp-mod-styled"
          value={words}
          placeholder={trans.__('Search tables and columns')}
          aria-label={trans.__('Search tables and columns of %1', datasource)}
          spellCheck={false}
          onChange={event => {
            setWords(event.target.value);
            onSearch(event.target.value.trim());
          }}
        />
        <span className="jp-DbChat-count" role="status">
          {search
            ? trans.__(
                '%1 of %2',
                heads.length.toLocaleString(),
                total.toLocaleString()
              )
            : total.toLocaleString()}
        </span>
      </div>
      {heads.length === 0 ? (
        <p className="jp-DbChat-hint">
          {total === 0
            ? trans.__('%1 has no tables.', datasource)
            : trans.__('No table or column is called so.')}
        </p>
      ) : (
        <Tree {...props} />
      )}
    </div>
  );
}

function Tree(props: ITableTreeProps): JSX.Element {
  const { tables, onNeed, trans } = props;
  const { heads, open } = tables;
  const id = useId();
  const rows = useMemo(() => rowsOf(heads, open), [heads, open]);
  const [activeKey, setActiveKey] = useState('');
  const active = rows.findIndex(row => row.key === activeKey);

  const look = useCallback(
    (from: number, to: number): void => {
      const first = rows[from];
      const last = rows[Math.min(to, rows.length - 1)];
      if (first && last) {
        onNeed(first.at, last.at);
      }
    },
    [rows, onNeed]
  );

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    const step = stepOf(event.key, rows, active);
    if (step !== null) {
      event.preventDefault();
      event.stopPropagation();
      setActiveKey(rows[step]?.key ?? '');
      return;
    }
    const row = rows[active];
    if (row?.kind === 'table' && row.head && isToggle(event.key, row, open)) {
      event.preventDefault();
      event.stopPropagation();
      props.onToggle(row.head.name);
    }
  };

  return (
    <VirtualList
      count={rows.length}
      rowHeight={ROW_HEIGHT}
      active={active}
      label={trans.__('Tables of %1', tables.datasource)}
      role="tree"
      activeId={active < 0 ? undefined : `${id}-${active}`}
      onLook={look}
      onKeyDown={onKeyDown}
      draw={index => {
        const row = rows[index];
        return (
          row && (
            <TreeRow
              key={row.key}
              {...props}
              row={row}
              id={`${id}-${index}`}
              isActive={index === active}
              onActive={() => setActiveKey(row.key)}
            />
          )
        );
      }}
    />
  );
}

/** A line of the tree; `at` is its table's position. */
type Row =
  | {
      readonly kind: 'table';
      readonly key: string;
      readonly at: number;
      readonly head: ITableHead | undefined;
    }
  | {
      readonly kind: 'column';
      readonly key: string;
      readonly at: number;
      readonly column: IColumn;
      readonly place: number;
      readonly count: number;
    }
  | {
      readonly kind: 'note';
      readonly key: string;
      readonly at: number;
      readonly problem: IProblem | null;
    };

/** Whatever is open below its table. */
function rowsOf(
  heads: ITables['heads'],
  open: ITables['open']
): readonly Row[] {
  return heads.flatMap((head, at): Row[] => {
    const key = `table ${head?.name ?? at}`;
    const table: Row = { kind: 'table', key, at, head };
    const inside = head && open.get(head.name);
    if (inside === undefined) {
      return [table];
    }
    if (inside === null || !isColumns(inside)) {
      return [table, { kind: 'note', key: `${key} note`, at, problem: inside }];
    }
    const count = inside.length;
    return [
      table,
      ...inside.map((column, place): Row => ({
        kind: 'column',
        key: `${key} column ${column.name}`,
        at,
        column,
        place,
        count
      }))
    ];
  });
}

function isColumns(
  inside: readonly IColumn[] | IProblem
): inside is readonly IColumn[] {
  return Array.isArray(inside);
}

/** Where a key leads; null: nowhere. */
function stepOf(
  key: string,
  rows: readonly Row[],
  active: number
): number | null {
  const last = rows.length - 1;
  const row = rows[active];
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, active + 1);
    case 'ArrowUp':
      return Math.max(0, active - 1);
    case 'PageDown':
      return Math.min(last, active + PAGE_OF_KEYS);
    case 'PageUp':
      return Math.max(0, active - PAGE_OF_KEYS);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'ArrowLeft':
      return row && row.kind !== 'table'
        ? rows.findIndex(each => each.kind === 'table' && each.at === row.at)
        : null;
    case 'ArrowRight':
      return row?.kind === 'table' && rows[active + 1]?.at === row.at
        ? active + 1
        : null;
    default:
      return null;
  }
}

function isToggle(
  key: string,
  row: { readonly head: ITableHead | undefined },
  open: ITables['open']
): boolean {
  const isOpen = row.head !== undefined && open.has(row.head.name);
  return (
    key === 'Enter' ||
    key === ' ' ||
    (key === 'ArrowRight' && !isOpen) ||
    (key === 'ArrowLeft' && isOpen)
  );
}

interface ITreeRowProps extends ITableTreeProps {
  readonly row: Row;
  readonly id: string;
  readonly isActive: boolean;
  readonly onActive: () => void;
}

function TreeRow(props: ITreeRowProps): JSX.Element {
  const { row } = props;
  switch (row.kind) {
    case 'table':
      return row.head ? (
        <TableRow {...props} head={row.head} at={row.at} />
      ) : (
        <div
          className="jp-DbChat-row jp-DbChat-unread"
          role="treeitem"
          aria-level={1}
          aria-busy
        >
          …
        </div>
      );
    case 'column':
      return (
        <ColumnRow
          {...props}
          column={row.column}
          place={row.place}
          count={row.count}
        />
      );
    case 'note':
      return <NoteRow {...props} problem={row.problem} />;
  }
}

function TableRow(
  props: ITreeRowProps & { readonly head: ITableHead; readonly at: number }
): JSX.Element {
  const { head, at, tables, id, isActive, onActive, trans } = props;
  const { name, sql_name, rows, matches } = head;
  const isOpen = tables.open.has(name);
  return (
    <div
      id={id}
      className="jp-DbChat-row jp-DbChat-table"
      role="treeitem"
      aria-level={1}
      aria-setsize={tables.heads.length}
      aria-posinset={at + 1}
      aria-expanded={isOpen}
      aria-selected={isActive}
      aria-label={name}
      title={titleOf(head, trans)}
      draggable
      onDragStart={event => dragName(event, sql_name)}
      onClick={() => {
        onActive();
        props.onToggle(name);
      }}
    >
      <caretRightIcon.react
        tag="span"
        className="jp-DbChat-caret"
        stylesheet="menuItem"
      />
      <span className="jp-DbChat-name">{name}</span>
      {head.kind.includes('view') && (
        <span className="jp-DbChat-mark">{trans.__('view')}</span>
      )}
      {matches.length > 0 && (
        <span className="jp-DbChat-matches">{matches.join(', ')}</span>
      )}
      {rows !== null && (
        <span className="jp-DbChat-detail">{rows.toLocaleString()}</span>
      )}
      <span className="jp-DbChat-actions">
        <IconButton
          icon={tableRowsIcon}
          label={trans.__('First rows of %1', name)}
          title={trans.__('First rows')}
          isReached={isActive}
          onClick={() => props.onRows(name)}
        />
        <InsertButton {...props} name={name} sqlName={sql_name} />
        <IconButton
          icon={dbchatIcon}
          label={trans.__('Ask about %1', name)}
          title={trans.__('Ask about this table')}
          isReached={isActive}
          onClick={() => props.onAsk(name)}
        />
      </span>
    </div>
  );
}

function ColumnRow(
  props: ITreeRowProps & {
    readonly column: IColumn;
    readonly place: number;
    readonly count: number;
  }
): JSX.Element {
  const { column, place, count, id, isActive, onActive, trans } = props;
  const { name, sql_name, type, key, references } = column;
  const target = references && `${references.table}.${references.column}`;
  return (
    <div
      id={id}
      className="jp-DbChat-row jp-DbChat-column"
      role="treeitem"
      aria-level={2}
      aria-setsize={count}
      aria-posinset={place + 1}
      aria-selected={isActive}
      aria-label={type ? trans.__('%1, %2', name, type) : name}
      title={columnTitleOf(column, trans)}
      draggable
      onDragStart={event => dragName(event, sql_name)}
      onClick={onActive}
    >
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
      <span className="jp-DbChat-actions">
        <InsertButton {...props} name={name} sqlName={sql_name} />
      </span>
    </div>
  );
}

function InsertButton(
  props: ITreeRowProps & { readonly name: string; readonly sqlName: string }
): JSX.Element {
  const { name, sqlName, isActive, onInsert, trans } = props;
  return (
    <IconButton
      icon={pasteIcon}
      label={trans.__('Insert %1 into the notebook', name)}
      title={trans.__('Insert name into the notebook')}
      isReached={isActive}
      onClick={() => onInsert(sqlName)}
    />
  );
}

function NoteRow(
  props: ITreeRowProps & { readonly problem: IProblem | null }
): JSX.Element {
  const { problem, id, isActive, trans } = props;
  const words = problem
    ? `${problem.message} ${problem.hint}`
    : trans.__('Reading the columns…');
  return (
    <div
      id={id}
      className="jp-DbChat-row jp-DbChat-column"
      role="treeitem"
      aria-level={2}
      aria-selected={isActive}
      title={words}
    >
      <span className={problem ? 'jp-DbChat-name' : 'jp-DbChat-hint'}>
        {words}
      </span>
    </div>
  );
}

/** Dropped in a cell, or anywhere else that takes text. */
function dragName(event: DragEvent<HTMLElement>, name: string): void {
  event.dataTransfer.setData('text/plain', name);
  event.dataTransfer.effectAllowed = 'copy';
}

function titleOf(
  { name, comment, rows, column_count }: ITableHead,
  trans: TranslationBundle
): string {
  const lines = [
    name,
    comment,
    trans._n('%1 column', '%1 columns', column_count),
    rows !== null && trans._n('about %1 row', 'about %1 rows', rows)
  ];
  return lines.filter(Boolean).join('\n');
}

function columnTitleOf(column: IColumn, trans: TranslationBundle): string {
  const { name, type, key, references, nullable, comment } = column;
  const target = references && `${references.table}.${references.column}`;
  const lines = [
    type ? `${name}: ${type}` : name,
    comment,
    key && trans.__('part of the primary key'),
    target && trans.__('refers to %1', target),
    !nullable && trans.__('never empty')
  ];
  return lines.filter(Boolean).join('\n');
}
