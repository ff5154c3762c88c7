/** The plugins that JupyterLab loads. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Api } from './api';
import { cellOf } from './cell';
import { addCommands, questionOf, SIDEBAR_ID } from './commands';
import { editDatasource, saveAnswer, showRows } from './dialogs';
import { dragCell } from './drag';
import { DbChatModel } from './model';
import { highlightSql } from './notebook';
import { keepSections, keepState, readPreferences } from './remembered';
import { Sidebar } from './sidebar';
import { CommandIDs, IDbChatModel } from './tokens';

const SETTINGS = 'dbchat_magic:plugin';

const model: JupyterFrontEndPlugin<IDbChatModel> = {
  id: 'dbchat_magic:model',
  description: 'Provides the datasources, tables and answers of DbChat.',
  autoStart: true,
  provides: IDbChatModel,
  optional: [IStateDB, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    stateDB: IStateDB | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ): IDbChatModel => {
    const trans = (translator ?? nullTranslator).load('dbchat_magic');
    const { serverSettings } = app.serviceManager;
    const dbchat = new DbChatModel(new Api(serverSettings, trans));
    if (stateDB) {
      void keepState(dbchat, stateDB);
    }
    if (registry) {
      void app.restored.then(() => followSettings(dbchat, registry));
    }
    return dbchat;
  }
};

const sidebar: JupyterFrontEndPlugin<void> = {
  id: SETTINGS,
  description: 'Ask a database in plain words: the DbChat sidebar.',
  autoStart: true,
  requires: [IDbChatModel],
  optional: [
    ICommandPalette,
    ILauncher,
    ILayoutRestorer,
    INotebookTracker,
    IRenderMimeRegistry,
    ISettingRegistry,
    IStateDB,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    dbchat: IDbChatModel,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null,
    notebooks: INotebookTracker | null,
    rendermime: IRenderMimeRegistry | null,
    registry: ISettingRegistry | null,
    stateDB: IStateDB | null,
    translator: ITranslator | null
  ): void => {
    const known = translator ?? nullTranslator;
    const trans = known.load('dbchat_magic');
    const panel = new Sidebar({
      model: dbchat,
      translator: known,
      rendermime,
      onRun: (command, args) => void app.commands.execute(command, args),
      onDrag: event => {
        const question = questionOf(dbchat);
        if (question) {
          dragCell(event, cellOf(question), question.question);
        }
      }
    });
    panel.id = SIDEBAR_ID;
    addCommands({
      app,
      model: dbchat,
      notebooks,
      palette,
      trans,
      dialogs: {
        focusQuestion: () => panel.focusQuestion(),
        editDatasource: datasource => editDatasource(dbchat, datasource, trans),
        showRows: table => showRows(dbchat, table, trans),
        saveAnswer: (question, sql) => saveAnswer(dbchat, question, sql, trans)
      }
    });
    launcher?.add({
      command: CommandIDs.showSidebar,
      args: { isLauncher: true },
      category: trans.__('Other'),
      rank: 10
    });
    app.shell.add(panel, 'left', { rank: 350, type: 'DbChat' });
    restorer?.add(panel, SIDEBAR_ID);
    if (stateDB) {
      void keepSections(panel, stateDB);
    }
    void app.restored
      .then(() => registry?.load(SETTINGS))
      .then(settings => {
        if (settings?.composite['openOnStart'] === true) {
          app.shell.activateById(SIDEBAR_ID);
        }
      });
  }
};

const sqlCells: JupyterFrontEndPlugin<void> = {
  id: 'dbchat_magic:sql-cells',
  description: 'Highlights the SQL of cells that begin with %%dbchat --sql.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, notebooks: INotebookTracker): void => {
    notebooks.forEach(highlightSql);
    notebooks.widgetAdded.connect((_tracker, panel) => highlightSql(panel));
  }
};

async function followSettings(
  dbchat: DbChatModel,
  registry: ISettingRegistry
): Promise<void> {
  const settings = await registry.load(SETTINGS);
  const follow = (): void =>
    dbchat.configure(readPreferences(settings.composite));
  follow();
  settings.changed.connect(follow);
}

export default [model, sidebar, sqlCells];
