/** Readings of a question, numbered; a click takes one. */

import type { JSX } from 'react';

import type { IChoice } from '../tokens';

export interface IChoicesProps {
  readonly title: string;
  readonly choices: readonly IChoice[];
  readonly onTake: (choice: IChoice) => void;
}

export function Choices({
  title,
  choices,
  onTake
}: IChoicesProps): JSX.Element {
  return (
    <div className="jp-DbChat-choices">
      <div>{title}</div>
      <ol aria-label={title}>
        {choices.map((choice, index) => (
          <li key={index}>
            <button title={choice.sql} onClick={() => onTake(choice)}>
              {choice.reading || choice.sql}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
