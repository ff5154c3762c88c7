/** An answer or a name that is dragged into a notebook. */

import { MimeData } from '@lumino/coreutils';
import { Drag } from '@lumino/dragdrop';

/** What JupyterLab's notebooks take as cells. */
const CELLS = 'application/vnd.jupyter.cells';

/** Pixels that the mouse moves before it drags. */
const THRESHOLD = 5;

/** Drag a cell from where the mouse is pressed, once it moves. */
export function dragCell(
  event: { readonly clientX: number; readonly clientY: number },
  source: string,
  label: string
): void {
  const { clientX, clientY } = event;
  const leave = (): void => {
    document.removeEventListener('mousemove', move, true);
    document.removeEventListener('mouseup', leave, true);
  };
  const move = (moved: MouseEvent): void => {
    const far = Math.hypot(moved.clientX - clientX, moved.clientY - clientY);
    if (far >= THRESHOLD) {
      leave();
      void startDrag(moved, source, label);
    }
  };
  document.addEventListener('mousemove', move, true);
  document.addEventListener('mouseup', leave, true);
}

async function startDrag(
  { clientX, clientY }: MouseEvent,
  source: string,
  label: string
): Promise<void> {
  const mimeData = new MimeData();
  mimeData.setData(CELLS, [
    {
      cell_type: 'code',
      source,
      metadata: {},
      outputs: [],
      execution_count: null
    }
  ]);
  mimeData.setData('text/plain', source);
  const drag = new Drag({
    mimeData,
    dragImage: imageOf(label),
    supportedActions: 'copy',
    proposedAction: 'copy'
  });
  await drag.start(clientX, clientY);
  drag.dispose();
}

function imageOf(label: string): HTMLElement {
  const image = document.createElement('div');
  image.className = 'jp-DbChat-dragged';
  image.textContent = label;
  return image;
}
