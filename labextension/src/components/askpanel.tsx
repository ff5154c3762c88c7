/** The question, and below it what came of the last one. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { type JSX, useState } from 'react';

import type { IChoice, IProgress, IQuestion, IReply } from '../tokens';
import { AskBox } from './askbox';
import { Progress } from './progress';
import { Reply } from './reply';

export interface IAskPanelProps {
  /** Who is asked; null: nobody yet. */
  readonly datasource: string | null;
  /** A table to give an example with. */
  readonly table: string | null;
  readonly asking: IQuestion | null;
  readonly progress: IProgress;
  readonly reply: IReply | null;
  readonly onAsk: (question: string) => void;
  readonly onStop: () => void;
  readonly onTake: (choice: IChoice) => void;
  readonly onCopy: (sql: string) => void;
  readonly onInsert: () => void;
  readonly trans: TranslationBundle;
}

export function AskPanel(props: IAskPanelProps): JSX.Element {
  const { asking, progress, reply, onAsk, trans } = props;
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
        <Progress
          datasource={asking.datasource ?? ''}
          progress={progress}
          trans={trans}
        />
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
