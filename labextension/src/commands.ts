/** The commands: what they do to the shell and to the notebook in front. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type ICommandPalette, Notification } from '@jupyterlab/apputils';
import {
  type INotebookTracker,
  type Notebook,
  NotebookActions,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { cellOf } from './cell';
import { dbchatIcon } from './icons';
import { CommandIDs, type IDbChatModel } from './tokens';

export const SIDEBAR_ID = 'dbchat-sidebar';
const LOAD = '%load_ext dbchat_magic';
/** Milliseconds that a message stays. */
const READING_TIME = 6000;

export interface ICommandsOptions {
  readonly app: JupyterFrontEnd;
  readonly model: IDbChatModel;
  readonly notebooks: INotebookTracker | null;
  readonly palette: ICommandPalette | null;
  readonly trans: TranslationBundle;
}

export function addCommands(options: ICommandsOptions): void {
  const { app, model, palette, trans } = options;
  app.commands.addCommand(CommandIDs.showSidebar, {
    label: trans.__('Show DbChat'),
    caption: trans.__('Ask a database in plain words'),
    icon: dbchatIcon,
    execute: () => app.shell.activateById(SIDEBAR_ID)
  });
  app.commands.addCommand(CommandIDs.refreshSchema, {
    label: trans.__('Refresh Tables'),
    isEnabled: () => model.state.chosen !== null,
    execute: () => model.readSchema(true)
  });
  app.commands.addCommand(CommandIDs.insertCell, {
    label: trans.__('Insert Answer as %1 Cell', '%%dbchat'),
    isEnabled: () => Boolean(model.state.reply?.answer),
    execute: () => insertCell(options)
  });
  for (const command of Object.values(CommandIDs)) {
    palette?.addItem({ command, category: trans.__('DbChat') });
  }
}

/** The last question as a cell, in the notebook in front. */
async function insertCell(options: ICommandsOptions): Promise<void> {
  const { app, model, notebooks, trans } = options;
  const { reply } = model.state;
  if (!reply?.answer) {
    return;
  }
  const panel = notebookInFront(app, notebooks);
  if (!panel) {
    const words = trans.__(
      'Open a notebook first: the cell goes into the one in front.'
    );
    Notification.warning(words, { autoClose: READING_TIME });
    return;
  }
  await panel.context.ready;
  const question = { ...reply.asked, datasource: reply.answer.datasource };
  if (!isLoaded(panel.content)) {
    insertBelow(panel.content, LOAD);
  }
  insertBelow(panel.content, cellOf(question));
  app.shell.activateById(panel.id);
}

function notebookInFront(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker | null
): NotebookPanel | null {
  const { currentWidget } = app.shell;
  return currentWidget instanceof NotebookPanel
    ? currentWidget
    : (notebooks?.currentWidget ?? null);
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
