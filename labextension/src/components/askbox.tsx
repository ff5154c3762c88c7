/** Where one asks. Enter asks, Shift+Enter breaks the line. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX, KeyboardEvent } from 'react';

/** What the server takes. */
const LONGEST_QUESTION = 2000;

export interface IAskBoxProps {
  /** Who is asked; null: nobody yet. */
  readonly datasource: string | null;
  /** A table to give an example with. */
  readonly table: string | null;
  readonly isAsking: boolean;
  readonly text: string;
  readonly onType: (text: string) => void;
  readonly onAsk: () => void;
  readonly onStop: () => void;
  readonly trans: TranslationBundle;
}

export function AskBox(props: IAskBoxProps): JSX.Element {
  const { datasource, table, isAsking, text, onType, onAsk, onStop, trans } =
    props;
  const canAsk = datasource !== null && !isAsking && text.trim() !== '';

  const askOnEnter = (event: KeyboardEvent): void => {
    const isTyping = event.shiftKey || event.nativeEvent.isComposing;
    if (event.key === 'Enter' && !isTyping) {
      event.preventDefault();
      if (canAsk) {
        onAsk();
      }
    }
  };

  return (
    <div className="jp-DbChat-ask">
      <textarea
        className="jp-mod-styled"
        rows={2}
        maxLength={LONGEST_QUESTION}
        value={text}
        aria-label={
          datasource === null
            ? trans.__('Question')
            : trans.__('Question to %1', datasource)
        }
        placeholder={
          table === null
            ? trans.__('Ask in plain words')
            : trans.__('For example: how many %1 are there?', table)
        }
        onChange={event => onType(event.target.value)}
        onKeyDown={askOnEnter}
      />
      <div className="jp-DbChat-buttons">
        {isAsking ? (
          <button className="jp-mod-styled jp-mod-warn" onClick={onStop}>
            {trans.__('Stop')}
          </button>
        ) : (
          <button
            className="jp-mod-styled jp-mod-accept"
            disabled={!canAsk}
            onClick={onAsk}
          >
            {trans.__('Ask')}
          </button>
        )}
      </div>
    </div>
  );
}
