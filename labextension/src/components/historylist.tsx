/** What was asked before, in whichever front, newest first. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { runIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

import type { IEntry, IHistory } from '../tokens';
import { IconButton } from './iconbutton';

const ANSWERED = 'answered';

export interface IHistoryListProps {
  /** null: not read yet. */
  readonly history: IHistory | null;
  /** Put it into the box. */
  readonly onTake: (entry: IEntry) => void;
  readonly onRerun: (entry: IEntry) => void;
  readonly onOlder: () => void;
  readonly trans: TranslationBundle;
}

export function HistoryList(props: IHistoryListProps): JSX.Element {
  const { history, onOlder, trans } = props;
  if (history === null || history.entries.length === 0) {
    return (
      <p className="jp-DbChat-hint">
        {history === null
          ? trans.__('Reading…')
          : trans.__('Nothing has been asked yet.')}
      </p>
    );
  }
  return (
    <>
      <ul className="jp-DbChat-list" aria-label={trans.__('Questions asked')}>
        {history.entries.map(entry => (
          <EntryItem key={entry.id} {...props} entry={entry} />
        ))}
      </ul>
      {history.next !== null && (
        <button className="jp-DbChat-more jp-mod-styled" onClick={onOlder}>
          {trans.__('Older questions')}
        </button>
      )}
    </>
  );
}

function EntryItem(
  props: IHistoryListProps & { readonly entry: IEntry }
): JSX.Element {
  const { entry, onTake, onRerun, trans } = props;
  const { question, datasource, outcome, rows, sql } = entry;
  const isAnswered = outcome === ANSWERED;
  const came = isAnswered
    ? rows !== null && trans._n('%1 row', '%1 rows', rows)
    : outcome;
  return (
    <li className="jp-DbChat-entry">
      <button
        className="jp-DbChat-entryText"
        title={[question, sql].filter(Boolean).join('\n\n')}
        onClick={() => onTake(entry)}
      >
        <span className="jp-DbChat-entryQuestion">{question}</span>
        <span className="jp-DbChat-hint">
          {[datasource, timeOf(entry.asked), came].filter(Boolean).join(' · ')}
        </span>
      </button>
      {isAnswered && (
        <span className="jp-DbChat-actions">
          <IconButton
            icon={runIcon}
            label={trans.__('Run the SQL of “%1” again', question)}
            title={trans.__('Run its SQL again')}
            onClick={() => onRerun(entry)}
          />
        </span>
      )}
    </li>
  );
}

/** When it was, as people here write it; empty where it cannot be read. */
function timeOf(asked: string): string {
  const time = new Date(asked);
  return Number.isNaN(time.getTime())
    ? ''
    : time.toLocaleString(undefined, {
        dateStyle: 'short',
        timeStyle: 'short'
      });
}
