/** Questions that one could begin with. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';

export interface ISuggestionsProps {
  readonly questions: readonly string[];
  readonly onTake: (question: string) => void;
  readonly trans: TranslationBundle;
}

export function Suggestions(props: ISuggestionsProps): JSX.Element | null {
  const { questions, onTake, trans } = props;
  if (questions.length === 0) {
    return null;
  }
  const title = trans.__('For example:');
  return (
    <div className="jp-DbChat-suggestions">
      <div className="jp-DbChat-hint">{title}</div>
      <ul aria-label={title}>
        {questions.map(question => (
          <li key={question}>
            <button onClick={() => onTake(question)}>{question}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}
