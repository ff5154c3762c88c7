/** A button that shows an icon, and says in words what it does. */

import type { LabIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

export interface IIconButtonProps {
  readonly icon: LabIcon;
  /** What it does and to what. */
  readonly label: string;
  /** What the mouse is told; else the label. */
  readonly title?: string;
  readonly isOff?: boolean;
  /** Whether one comes to it with the Tab key. */
  readonly isReached?: boolean;
  readonly onClick: () => void;
}

export function IconButton(props: IIconButtonProps): JSX.Element {
  const { icon, label, title = label, isOff = false, isReached = true } = props;
  return (
    <button
      type="button"
      className="jp-DbChat-iconButton"
      title={title}
      aria-label={label}
      disabled={isOff}
      tabIndex={isReached ? 0 : -1}
      onClick={event => {
        event.stopPropagation();
        props.onClick();
      }}
    >
      <icon.react tag="span" stylesheet="menuItem" />
    </button>
  );
}
