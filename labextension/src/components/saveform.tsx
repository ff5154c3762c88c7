/** Which question a statement is the answer to. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';

import type { IProblem } from '../tokens';
import { ProblemText } from './problem';

export interface ISaveFormProps {
  readonly question: string;
  readonly sql: string;
  readonly problem: IProblem | null;
  readonly trans: TranslationBundle;
}

export function SaveForm(props: ISaveFormProps): JSX.Element {
  const { question, sql, problem, trans } = props;
  return (
    <form className="jp-DbChat-form">
      <p>
        {trans.__(
          'Whoever asks this question again, here or in a notebook, is answered by this SQL.'
        )}
      </p>
      <label>
        {trans.__('Question')}
        <textarea className="jp-mod-styled" rows={2} defaultValue={question} />
      </label>
      <pre aria-label={trans.__('SQL')}>{sql}</pre>
      {problem && <ProblemText problem={problem} />}
    </form>
  );
}
