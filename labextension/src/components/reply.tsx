/** What came of a question: the answer, or why there is none. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { copyIcon } from '@jupyterlab/ui-components';
import type { JSX, MouseEvent } from 'react';

import type { IAnswer, IChoice, IReply, IUsage } from '../tokens';
import { Chart } from './chart';
import { Choices } from './choices';
import { IconButton } from './iconbutton';
import { ProblemText } from './problem';
import { ResultTable } from './resulttable';

export interface IReplyProps {
  readonly reply: IReply;
  /** Who would be asked now; an answer of another one says whose it is. */
  readonly datasource: string | null;
  /** Whether the question is not to be read elsewhere. */
  readonly hasQuestion: boolean;
  readonly onTake: (choice: IChoice) => void;
  readonly onCopy: (sql: string) => void;
  readonly onInsert: () => void;
  readonly onInsertFrame: () => void;
  readonly onSave: () => void;
  /** The mouse is pressed where the answer can be dragged. */
  readonly onDrag: (event: MouseEvent) => void;
  /** Draws charts; null: nobody does. */
  readonly rendermime: IRenderMimeRegistry | null;
  readonly trans: TranslationBundle;
}

export function Reply(props: IReplyProps): JSX.Element {
  const { asked, answer, problem } = props.reply;
  return (
    <article className="jp-DbChat-reply" aria-label={asked.question}>
      {props.hasQuestion && (
        <div
          className="jp-DbChat-question"
          title={
            answer
              ? props.trans.__('Drag the answer into a notebook')
              : undefined
          }
          onMouseDown={answer ? props.onDrag : undefined}
        >
          {asked.question}
        </div>
      )}
      {answer && answer.datasource !== props.datasource && (
        <div className="jp-DbChat-hint">
          {props.trans.__('From %1', answer.datasource)}
        </div>
      )}
      {answer && <Answered answer={answer} {...props} />}
      {problem?.kind === 'Stopped' && (
        <div className="jp-DbChat-hint" role="status">
          {problem.message}
        </div>
      )}
      {problem && problem.kind !== 'Stopped' && <Declined {...props} />}
    </article>
  );
}

function Answered(props: IReplyProps & { answer: IAnswer }): JSX.Element {
  const { answer, onTake, trans } = props;
  const { reading, ignored, notes, choices = [], vegalite } = answer;
  return (
    <>
      <div className="jp-DbChat-reading" role="status">
        {reading}
      </div>
      {ignored.length > 0 && (
        <div className="jp-DbChat-note">
          {trans.__('Not used: %1', ignored.join(', '))}
        </div>
      )}
      {notes.map((note, index) => (
        <div key={index} className="jp-DbChat-note">
          {note}
        </div>
      ))}
      {vegalite && props.rendermime && !isNumber(answer) && (
        <Chart
          spec={vegalite}
          rendermime={props.rendermime}
          label={trans.__('Chart: %1', answer.question)}
        />
      )}
      <ResultTable answer={answer} trans={trans} />
      {answer.usage && (
        <div className="jp-DbChat-hint">{taken(answer.usage, trans)}</div>
      )}
      <Sql {...props} />
      <Buttons {...props} />
      {choices.length > 0 && (
        <Choices
          title={trans.__('It could also mean:')}
          choices={choices}
          onTake={onTake}
        />
      )}
    </>
  );
}

function Buttons(props: IReplyProps & { answer: IAnswer }): JSX.Element {
  const { answer, onInsert, onInsertFrame, onSave, onDrag, trans } = props;
  return (
    <div className="jp-DbChat-buttons">
      <span
        className="jp-DbChat-handle"
        title={trans.__('Drag the answer into a notebook')}
        aria-hidden
        onMouseDown={onDrag}
      >
        ⠿
      </span>
      <button className="jp-mod-styled" onClick={onInsert}>
        {trans.__('Insert as %1 cell', '%%dbchat')}
      </button>
      <button className="jp-mod-styled" onClick={onInsertFrame}>
        {trans.__('Insert DataFrame cell')}
      </button>
      <button
        className="jp-mod-styled"
        disabled={answer.verified}
        title={trans.__(
          'Next time this question is answered by this SQL, in every notebook'
        )}
        onClick={onSave}
      >
        {answer.verified ? trans.__('Verified') : trans.__('Save as verified…')}
      </button>
    </div>
  );
}

/** One number is read, not looked at. */
function isNumber({ columns, row_count }: IAnswer): boolean {
  return row_count <= 1 && columns.length <= 1;
}

/** What the models took. */
function taken(usage: IUsage, trans: TranslationBundle): string {
  const prompt = usage.prompt_tokens.toLocaleString();
  const completion = usage.completion_tokens.toLocaleString();
  if (usage.cost === null) {
    return trans.__('%1 + %2 tokens', prompt, completion);
  }
  const cost = usage.cost.toLocaleString(undefined, {
    maximumSignificantDigits: 2
  });
  return trans.__('%1 + %2 tokens, %3 US dollars', prompt, completion, cost);
}

function Sql({
  answer,
  onCopy,
  trans
}: IReplyProps & { answer: IAnswer }): JSX.Element {
  return (
    <details className="jp-DbChat-sql">
      <summary>{trans.__('SQL')}</summary>
      <IconButton
        icon={copyIcon}
        label={trans.__('Copy the SQL')}
        title={trans.__('Copy')}
        onClick={() => onCopy(answer.sql)}
      />
      <pre>{answer.sql}</pre>
    </details>
  );
}

function Declined({ reply, onTake, trans }: IReplyProps): JSX.Element | null {
  const { problem } = reply;
  if (problem === null) {
    return null;
  }
  return problem.choices.length > 0 ? (
    <Choices
      title={trans.__('This can be read in several ways. Which do you mean?')}
      choices={problem.choices}
      onTake={onTake}
    />
  ) : (
    <ProblemText problem={problem} />
  );
}
