/** The question, and below it what came of the last one. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX, MouseEvent } from 'react';

import type { IChoice, IModels, IProgress, IQuestion, IReply } from '../tokens';
import { AskBox } from './askbox';
import { ModelChoice } from './modelchoice';
import { Progress } from './progress';
import { Reply } from './reply';

export interface IAskPanelProps {
  /** Who is asked; null: nobody yet. */
  readonly datasource: string | null;
  /** A table to give an example with. */
  readonly table: string | null;
  readonly text: string;
  /** What was asked before, newest first. */
  readonly past: readonly string[];
  /** The question that the next one follows; null: none. */
  readonly previous: string | null;
  readonly models: IModels | null;
  readonly model: string | null;
  readonly isLooking: boolean;
  readonly asking: IQuestion | null;
  readonly progress: IProgress;
  readonly reply: IReply | null;
  readonly rendermime: IRenderMimeRegistry | null;
  readonly onType: (text: string) => void;
  readonly onAsk: (question: string) => void;
  readonly onStop: () => void;
  readonly onBeginAnew: () => void;
  readonly onChooseModel: (model: string | null) => void;
  readonly onLook: () => void;
  readonly onTake: (choice: IChoice) => void;
  readonly onCopy: (sql: string) => void;
  readonly onInsert: () => void;
  readonly onInsertFrame: () => void;
  readonly onSave: () => void;
  readonly onDrag: (event: MouseEvent) => void;
  readonly trans: TranslationBundle;
}

export function AskPanel(props: IAskPanelProps): JSX.Element {
  const { asking, progress, reply, text, onAsk, trans } = props;
  return (
    <>
      <AskBox {...props} isAsking={asking !== null} onAsk={() => onAsk(text)}>
        <ModelChoice {...props} onChoose={props.onChooseModel} />
      </AskBox>
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
