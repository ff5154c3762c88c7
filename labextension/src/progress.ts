/** How far a question has come. Pure functions. */

import type { IProgress, Told } from './tokens';

/** Characters of what a model writes that are kept: its last ones. */
export const MOST_WRITTEN = 2000;

export const BEGUN: IProgress = { step: null, reasoning: '', text: '' };

/** What a model wrote before the SQL was mended is not what it writes then. */
export function advance(progress: IProgress, told: Told): IProgress {
  if ('name' in told) {
    return told.name === 'translate' || told.name === 'repair'
      ? { ...BEGUN, step: told }
      : { ...progress, step: told };
  }
  const said = told.is_reasoning ? '' : told.text;
  const thought = told.is_reasoning ? told.text : '';
  const text = tail(progress.text + said, MOST_WRITTEN);
  return {
    ...progress,
    text,
    reasoning: tail(progress.reasoning + thought, MOST_WRITTEN - text.length)
  };
}

/** The last characters; none is cut in half. */
function tail(text: string, most: number): string {
  return text
    .slice(Math.max(0, text.length - most))
    .replace(/^[\uDC00-\uDFFF]/, '');
}
