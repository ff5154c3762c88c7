/** The line on top: why the server does not answer, or that it is of another version. Usually nothing. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';

import type { IProblem, IStatus } from '../tokens';
import { ProblemText } from './problem';

export interface IStatusLineProps {
  readonly outage: IProblem | null;
  readonly status: IStatus | null;
  /** Of this front end. */
  readonly version: string;
  readonly trans: TranslationBundle;
}

export function StatusLine(props: IStatusLineProps): JSX.Element | null {
  const { outage, status, version, trans } = props;
  if (outage) {
    return <ProblemText problem={outage} />;
  }
  if (status && status.version !== version) {
    return (
      <div className="jp-DbChat-warning" role="status">
        {trans.__(
          'This page has DbChat %1, the server %2. Restart JupyterLab and reload the page.',
          version,
          status.version
        )}
      </div>
    );
  }
  return null;
}
