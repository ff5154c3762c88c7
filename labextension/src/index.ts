/** The plugins that JupyterLab loads. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Api } from './api';
import { addCommands, SIDEBAR_ID } from './commands';
import { DbChatModel } from './model';
import { Sidebar } from './sidebar';
import { CommandIDs, IDbChatModel } from './tokens';

const CHOSEN = 'dbchat_magic:chosen';

const model: JupyterFrontEndPlugin<IDbChatModel> = {
  id: 'dbchat_magic:model',
  description: 'Provides the datasources, schema and answers of DbChat.',
  autoStart: true,
  provides: IDbChatModel,
  optional: [IStateDB, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    stateDB: IStateDB | null,
    translator: ITranslator | null
  ): IDbChatModel => {
    const trans = (translator ?? nullTranslator).load('dbchat_magic');
    const { serverSettings } = app.serviceManager;
    const dbchat = new DbChatModel(new Api(serverSettings, trans));
    if (stateDB) {
      void rememberChosen(dbchat, stateDB);
    }
    return dbchat;
  }
};

const sidebar: JupyterFrontEndPlugin<void> = {
  id: 'dbchat_magic:plugin',
  description: 'Ask a database in plain words: the DbChat sidebar.',
  autoStart: true,
  requires: [IDbChatModel],
  optional: [ICommandPalette, ILayoutRestorer, INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    dbchat: IDbChatModel,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ): void => {
    const known = translator ?? nullTranslator;
    const trans = known.load('dbchat_magic');
    addCommands({ app, model: dbchat, notebooks, palette, trans });
    const onInsert = () => void app.commands.execute(CommandIDs.insertCell);
    const panel = new Sidebar({ model: dbchat, translator: known, onInsert });
    panel.id = SIDEBAR_ID;
    app.shell.add(panel, 'left', { rank: 350, type: 'DbChat' });
    restorer?.add(panel, SIDEBAR_ID);
  }
};

/** The chosen datasource outlives a reload of the page. */
async function rememberChosen(
  dbchat: IDbChatModel,
  stateDB: IStateDB
): Promise<void> {
  const saved = await stateDB.fetch(CHOSEN);
  if (typeof saved === 'string' && dbchat.state.chosen === null) {
    dbchat.choose(saved);
  }
  let last = dbchat.state.chosen;
  dbchat.changed.connect(({ state: { chosen } }) => {
    if (chosen !== null && chosen !== last) {
      last = chosen;
      void stateDB.save(CHOSEN, chosen);
    }
  });
}

export default [model, sidebar];
