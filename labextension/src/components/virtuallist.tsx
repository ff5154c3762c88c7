/** A long list of which only what is seen is drawn: every row is as high as the others. */

import {
  type JSX,
  type KeyboardEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState
} from 'react';

/** Rows above and below what is seen that are drawn already. */
const MARGIN = 8;
/** Of a list whose height is not known yet. */
const FIRST_HEIGHT = 480;

export interface IVirtualListProps {
  readonly count: number;
  readonly rowHeight: number;
  /** The row that stays in sight when it changes. */
  readonly active: number;
  readonly label: string;
  readonly role: string;
  readonly activeId: string | undefined;
  readonly draw: (index: number) => ReactNode;
  /** These rows are looked at: from the first up to the last. */
  readonly onLook: (from: number, to: number) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

export function VirtualList(props: IVirtualListProps): JSX.Element {
  const { count, rowHeight, active, label, role, activeId, draw } = props;
  const { onLook, onKeyDown } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const height = useHeightOf(box);
  const first = Math.max(0, Math.floor(top / rowHeight) - MARGIN);
  const last = Math.min(
    count - 1,
    Math.ceil((top + height) / rowHeight) + MARGIN
  );

  useLayoutEffect(() => onLook(first, last), [onLook, first, last]);
  useLayoutEffect(() => {
    const node = box.current;
    if (node && active >= 0) {
      const above = active * rowHeight;
      if (above < node.scrollTop) {
        node.scrollTop = above;
      } else if (above + rowHeight > node.scrollTop + node.clientHeight) {
        node.scrollTop = above + rowHeight - node.clientHeight;
      }
    }
  }, [active, rowHeight]);

  const rows = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    draw(first + at)
  );
  return (
    <div
      ref={box}
      className="jp-DbChat-virtual"
      role={role}
      aria-label={label}
      aria-activedescendant={activeId}
      tabIndex={0}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div role="none" style={{ height: count * rowHeight }}>
        <div
          role="none"
          style={{ transform: `translateY(${first * rowHeight}px)` }}
        >
          {rows}
        </div>
      </div>
    </div>
  );
}

function useHeightOf(box: React.RefObject<HTMLElement>): number {
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => {
    const node = box.current;
    if (!node) {
      return;
    }
    const measure = (): void => setHeight(node.clientHeight);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, [box]);
  return height || FIRST_HEIGHT;
}
