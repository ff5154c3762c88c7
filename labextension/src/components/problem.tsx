/** What went wrong and what to try. */

import type { JSX } from 'react';

import type { IProblem } from '../tokens';

export interface IProblemProps {
  readonly problem: IProblem;
}

export function ProblemText({ problem }: IProblemProps): JSX.Element {
  return (
    <div className="jp-DbChat-problem" role="alert">
      <div className="jp-DbChat-problemMessage">{problem.message}</div>
      {problem.hint && <div className="jp-DbChat-hint">{problem.hint}</div>}
    </div>
  );
}
