/** How far a question has come, and what a model has written so far. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { type JSX, type UIEvent, useLayoutEffect, useRef } from 'react';

import type { IProgress, IStep } from '../tokens';

export interface IProgressProps {
  /** Who is asked. */
  readonly datasource: string;
  readonly progress: IProgress;
  readonly trans: TranslationBundle;
}

export function Progress(props: IProgressProps): JSX.Element {
  const { datasource, progress, trans } = props;
  return (
    <div className="jp-DbChat-progress">
      <p className="jp-DbChat-hint" role="status" aria-live="polite">
        {wordsOf(progress.step, datasource, trans)}
      </p>
      {(progress.reasoning || progress.text) && <Written {...props} />}
    </div>
  );
}

/** It follows what comes, unless somebody has scrolled up to read. */
function Written({ progress, trans }: IProgressProps): JSX.Element {
  const reasoning = progress.reasoning.trimEnd();
  const text = progress.text.trimStart();
  const block = useRef<HTMLPreElement>(null);
  const isFollowing = useRef(true);
  useLayoutEffect(() => {
    if (block.current && isFollowing.current) {
      block.current.scrollTop = block.current.scrollHeight;
    }
  }, [reasoning, text]);
  const follow = ({ currentTarget }: UIEvent<HTMLElement>): void => {
    const { scrollHeight, scrollTop, clientHeight } = currentTarget;
    isFollowing.current = scrollHeight - scrollTop - clientHeight < LINE;
  };
  return (
    <pre
      ref={block}
      className="jp-DbChat-written"
      role="region"
      aria-label={trans.__('What the model writes')}
      tabIndex={0}
      onScroll={follow}
    >
      {reasoning && <span className="jp-DbChat-reasoning">{reasoning}</span>}
      {reasoning && text && '\n\n'}
      {text}
    </pre>
  );
}

/** About the height of a line: nearer to the end than that is at the end. */
const LINE = 20;

function wordsOf(
  step: IStep | null,
  datasource: string,
  trans: TranslationBundle
): string {
  switch (step?.name) {
    case 'schema':
      return trans.__('Reading the tables…');
    case 'translate':
      return trans.__('Translating…');
    case 'repair':
      return trans.__('Mending: %1', step.detail);
    case 'run':
      return trans.__('Running the SQL…');
    default:
      return trans.__('Asking %1…', datasource);
  }
}
