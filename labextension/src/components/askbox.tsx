/** Where one asks. Enter asks, Shift+Enter breaks the line, the arrows bring back what was asked before. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import { type JSX, type KeyboardEvent, type ReactNode, useRef } from 'react';

import { IconButton } from './iconbutton';

/** What the server takes. */
const LONGEST_QUESTION = 2000;

export interface IAskBoxProps {
  /** Who is asked; null: nobody yet. */
  readonly datasource: string | null;
  /** A table to give an example with. */
  readonly table: string | null;
  readonly isAsking: boolean;
  readonly text: string;
  /** What was asked before, newest first. */
  readonly past: readonly string[];
  /** The question that the next one follows; null: none. */
  readonly previous: string | null;
  readonly onType: (text: string) => void;
  readonly onAsk: () => void;
  readonly onStop: () => void;
  readonly onBeginAnew: () => void;
  /** Beside the button. */
  readonly children?: ReactNode;
  readonly trans: TranslationBundle;
}

export function AskBox(props: IAskBoxProps): JSX.Element {
  const { datasource, table, isAsking, text, onType, onAsk, onStop, trans } =
    props;
  const canAsk = datasource !== null && !isAsking && text.trim() !== '';
  const goBack = usePast(props);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const isTyping = event.shiftKey || event.nativeEvent.isComposing;
    if (event.key === 'Enter' && !isTyping) {
      event.preventDefault();
      if (canAsk) {
        onAsk();
      }
    } else if (event.key === 'Escape' && isAsking) {
      event.preventDefault();
      onStop();
    } else if (!isTyping) {
      goBack(event);
    }
  };

  return (
    <div className="jp-DbChat-ask">
      <textarea
        className="jp-mod-styled jp-DbChat-questionBox"
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
        onKeyDown={onKeyDown}
      />
      {props.previous !== null && (
        <div className="jp-DbChat-previous">
          <span className="jp-DbChat-hint" title={props.previous}>
            {trans.__('Follows “%1”', props.previous)}
          </span>
          <IconButton
            icon={closeIcon}
            label={trans.__('Begin a new conversation')}
            onClick={props.onBeginAnew}
          />
        </div>
      )}
      <div className="jp-DbChat-buttons">
        {props.children}
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

/** Up and down go through what was asked, where the cursor has no line to go to; what was being written comes last. */
function usePast({
  past,
  text,
  onType
}: IAskBoxProps): (event: KeyboardEvent<HTMLTextAreaElement>) => void {
  const place = useRef(-1);
  const written = useRef('');
  return event => {
    const { selectionStart, value } = event.currentTarget;
    const isBack =
      event.key === 'ArrowUp' && !value.slice(0, selectionStart).includes('\n');
    const isForth =
      event.key === 'ArrowDown' && !value.slice(selectionStart).includes('\n');
    const isThere = place.current >= 0 && past[place.current] === text;
    const now = isThere ? place.current : -1;
    const next = now + (isBack ? 1 : isForth ? -1 : 0);
    if (next === now || next < -1 || next >= past.length) {
      return;
    }
    event.preventDefault();
    if (now === -1) {
      written.current = text;
    }
    place.current = next;
    onType(next === -1 ? written.current : (past[next] ?? ''));
  };
}
