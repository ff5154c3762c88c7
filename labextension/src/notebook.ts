/** What is put into the notebook in front. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  type INotebookTracker,
  type Notebook,
  NotebookActions,
  NotebookPanel
} from '@jupyterlab/notebook';

import { isSqlCell } from './cell';

const LOAD = '%load_ext dbchat_magic';

/** What JupyterLab calls SQL. */
const SQL_MIME = 'text/x-sql';

/** The notebook in front; null: there is none. */
export function notebookInFront(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker | null
): NotebookPanel | null {
  const { currentWidget } = app.shell;
  return currentWidget instanceof NotebookPanel
    ? currentWidget
    : (notebooks?.currentWidget ?? null);
}

/** Add a cell below the active one, after one that loads the magics where none does. */
export async function insertCell(
  panel: NotebookPanel,
  source: string
): Promise<void> {
  await panel.context.ready;
  if (!isLoaded(panel.content)) {
    insertBelow(panel.content, LOAD);
  }
  insertBelow(panel.content, source);
}

/** Put a text where the cursor is. */
export async function insertText(
  panel: NotebookPanel,
  text: string
): Promise<void> {
  await panel.context.ready;
  const { activeCell } = panel.content;
  if (activeCell === null) {
    return;
  }
  const { editor } = activeCell;
  if (editor?.replaceSelection) {
    editor.replaceSelection(text);
  } else {
    const { sharedModel } = activeCell.model;
    sharedModel.setSource(sharedModel.source + text);
  }
  panel.content.mode = 'edit';
  editor?.focus();
}

/** All sources of the notebook, for a look at which names are taken. */
export function sourcesOf(panel: NotebookPanel): string {
  const cells = panel.content.model?.sharedModel.cells ?? [];
  return cells.map(cell => cell.source).join('\n');
}

/** The kernel is gone, and a cell would wait for ever. */
export function isDead(panel: NotebookPanel): boolean {
  const { session, hasNoKernel } = panel.sessionContext;
  return hasNoKernel || session?.kernel?.status === 'dead';
}

/** SQL is highlighted in cells that hold it for us, from now on. */
export function highlightSql(panel: NotebookPanel): void {
  const { content } = panel;
  const watched = new WeakSet();
  const watch = (): void => {
    for (const { model } of content.widgets) {
      if (model.type === 'code' && !watched.has(model)) {
        watched.add(model);
        const follow = (): void => {
          const isSql = isSqlCell(model.sharedModel.source);
          if (isSql !== (model.mimeType === SQL_MIME)) {
            model.mimeType = isSql ? SQL_MIME : content.codeMimetype;
          }
        };
        follow();
        model.contentChanged.connect(follow);
        // The kernel, once it is known, says what all cells are.
        model.mimeTypeChanged.connect(follow);
      }
    }
  };
  content.modelContentChanged.connect(watch);
  void panel.context.ready.then(watch);
}

/** Whether the notebook has a cell that loads the magics. */
function isLoaded(notebook: Notebook): boolean {
  const cells = notebook.model?.sharedModel.cells ?? [];
  return cells.some(cell => cell.source.includes(LOAD.replace('%', '')));
}

/** Below the active cell, or into it where it is an empty one. */
function insertBelow(notebook: Notebook, source: string): void {
  const active = notebook.activeCell?.model;
  if (active?.type !== 'code' || active.sharedModel.source.trim() !== '') {
    NotebookActions.insertBelow(notebook);
  }
  notebook.activeCell?.model.sharedModel.setSource(source);
}
