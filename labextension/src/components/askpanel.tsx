/** The question, and below it what came of the last one. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { type JSX, useState } from 'react';

import type { IChoice, IQuestion, IReply } from '../tokens';
import { AskBox } from './askbox';
import { Reply } from './reply';

export interface IAskPanelProps {
  /** Who is asked; null: nobody yet. */
  readonly datasource: string | null;
  /** A table to give an example with. */
  readonly table: string | null;
  readonly asking: IQuestion | null;
  readonly reply: IReply | null;
  readonly onAsk: (question: string) => void;
  readonly onStop: () => void;
  readonly onTake: (choice: IChoice) => void;
  readonly onCopy: (sql: string) => void;
  readonly onInsert: () => void;
  readonly trans: TranslationBundle;
}

export function AskPanel(props: IAskPanelProps): JSX.Element {
  const { asking, reply, onAsk, trans } = props;
  const [text, setText] = useState('');
  return (
    <>
      <AskBox
        {...props}
        text={text}
        isAsking={asking !== null}
        onType={setText}
        onAsk={() => onAsk(text)}
      />
      {asking && (
        <p className="jp-DbChat-hint" role="status">
          {trans.__('Asking %1…', asking.datasource ?? '')}
        </p>
      )}
      {reply && (
        <Reply
          {...props}
          reply={reply}
          hasQuestion={reply.asked.question !== text.trim()}
        />
      )}
    </>
  );
}
