/** What came of a question: the answer, or why there is none. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

import type { IAnswer, IChoice, IReply, IUsage } from '../tokens';
import { Choices } from './choices';
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
  readonly trans: TranslationBundle;
}

export function Reply(props: IReplyProps): JSX.Element {
  const { asked, answer, problem } = props.reply;
  return (
    <article className="jp-DbChat-reply" aria-label={asked.question}>
      {props.hasQuestion && (
        <div className="jp-DbChat-question">{asked.question}</div>
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
  const { answer, onTake, onInsert, trans } = props;
  const { reading, ignored, notes, choices = [] } = answer;
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
      <ResultTable answer={answer} trans={trans} />
      {answer.usage && (
        <div className="jp-DbChat-hint">{taken(answer.usage, trans)}</div>
      )}
      <Sql {...props} />
      <div className="jp-DbChat-buttons">
        <button className="jp-mod-styled" onClick={onInsert}>
          {trans.__('Insert as %1 cell', '%%dbchat')}
        </button>
      </div>
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
      <button
        className="jp-DbChat-iconButton"
        title={trans.__('Copy')}
        aria-label={trans.__('Copy the SQL')}
        onClick={() => onCopy(answer.sql)}
      >
        <copyIcon.react tag="span" stylesheet="menuItem" />
      </button>
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
