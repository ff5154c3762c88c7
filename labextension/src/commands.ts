/** The commands: what they do to the shell, to the model and to the notebook in front. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Dialog,
  type ICommandPalette,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';

import { cellOf, frameCellOf, variableOf } from './cell';
import { dbchatIcon } from './icons';
import {
  insertCell,
  insertText,
  isDead,
  notebookInFront,
  sourcesOf
} from './notebook';
import { problemOf } from './problems';
import {
  CommandIDs,
  type IDatasource,
  type IDbChatModel,
  type IProblem,
  type IQuestion
} from './tokens';

export const SIDEBAR_ID = 'dbchat-sidebar';
/** Milliseconds that a message stays. */
const READING_TIME = 6000;

export interface ICommandsOptions {
  readonly app: JupyterFrontEnd;
  readonly model: IDbChatModel;
  readonly notebooks: INotebookTracker | null;
  readonly palette: ICommandPalette | null;
  readonly dialogs: IDialogs;
  readonly trans: TranslationBundle;
}

/** What asks the user; the sidebar has them. */
export interface IDialogs {
  /** Put the cursor where one asks. */
  focusQuestion(): void;
  /** `datasource` is changed; null: one is added. */
  editDatasource(datasource: IDatasource | null): Promise<void>;
  showRows(table: string): Promise<void>;
  saveAnswer(question: string, sql: string): Promise<void>;
}

export function addCommands(options: ICommandsOptions): void {
  const { palette, trans } = options;
  addSidebarCommands(options);
  addDatasourceCommands(options);
  addNotebookCommands(options);
  addAnswerCommands(options);
  const category = trans.__('DbChat');
  for (const command of Object.values(CommandIDs)) {
    if (!NEED_ARGUMENTS.has(command)) {
      palette?.addItem({ command, category });
    }
  }
}

/** Commands about a table that somebody points at. */
const NEED_ARGUMENTS: ReadonlySet<string> = new Set([
  CommandIDs.showRows,
  CommandIDs.insertName,
  CommandIDs.forgetAnswer
]);

function addSidebarCommands(options: ICommandsOptions): void {
  const { app, dialogs, model, trans } = options;
  app.commands.addCommand(CommandIDs.showSidebar, {
    label: args =>
      args['isLauncher'] ? trans.__('DbChat') : trans.__('Show DbChat'),
    caption: trans.__('Ask a database in plain words'),
    icon: dbchatIcon,
    describedBy: { args: argumentsOf({ isLauncher: 'boolean' }) },
    execute: () => app.shell.activateById(SIDEBAR_ID)
  });
  app.commands.addCommand(CommandIDs.askQuestion, {
    label: trans.__('Ask a Question'),
    caption: trans.__('Put the cursor into the question'),
    describedBy: { args: argumentsOf({ question: 'string' }) },
    execute: async args => {
      app.shell.activateById(SIDEBAR_ID);
      dialogs.focusQuestion();
      if (typeof args['question'] === 'string') {
        model.type(args['question']);
        await model.ask(args['question']);
      }
    }
  });
  app.commands.addCommand(CommandIDs.stopQuestion, {
    label: trans.__('Stop the Question'),
    describedBy: { args: argumentsOf({}) },
    isEnabled: () => model.state.asking !== null,
    execute: () => model.stop()
  });
  app.commands.addCommand(CommandIDs.findModels, {
    label: trans.__('Look for Models'),
    caption: trans.__(
      'Ask the configured server and this computer which models there are'
    ),
    describedBy: { args: argumentsOf({}) },
    execute: () => model.findModels().catch(tell)
  });
}

function addDatasourceCommands({
  app,
  dialogs,
  model,
  trans
}: ICommandsOptions): void {
  const isChangeable = (): boolean => chosenOf(model)?.builtin === false;
  app.commands.addCommand(CommandIDs.addDatasource, {
    label: trans.__('Add a Datasource…'),
    describedBy: { args: argumentsOf({}) },
    execute: () => dialogs.editDatasource(null)
  });
  app.commands.addCommand(CommandIDs.editDatasource, {
    label: trans.__('Change the Datasource…'),
    describedBy: { args: argumentsOf({ name: 'string' }) },
    isEnabled: args => Boolean(args['name']) || isChangeable(),
    execute: async args => {
      const datasource = chosenOf(model, args);
      if (datasource) {
        await dialogs.editDatasource(datasource);
      }
    }
  });
  app.commands.addCommand(CommandIDs.testDatasource, {
    label: trans.__('Test the Datasource'),
    describedBy: { args: argumentsOf({ name: 'string' }) },
    isEnabled: () => model.state.chosen !== null,
    execute: async args => {
      const datasource = chosenOf(model, args);
      if (datasource) {
        await testAndTell(model, datasource, trans);
      }
    }
  });
  app.commands.addCommand(CommandIDs.removeDatasource, {
    label: trans.__('Remove the Datasource…'),
    describedBy: { args: argumentsOf({ name: 'string' }) },
    isEnabled: args => Boolean(args['name']) || isChangeable(),
    execute: async args => {
      const datasource = chosenOf(model, args);
      if (datasource && (await isSure(datasource, trans))) {
        await model.remove(datasource).catch(tell);
      }
    }
  });
  app.commands.addCommand(CommandIDs.refreshSchema, {
    label: trans.__('Refresh Tables'),
    describedBy: { args: argumentsOf({}) },
    isEnabled: () => model.state.chosen !== null,
    execute: () => model.readTables(true)
  });
  app.commands.addCommand(CommandIDs.showRows, {
    label: trans.__('Show First Rows'),
    describedBy: { args: argumentsOf({ table: 'string' }) },
    execute: args => dialogs.showRows(textOf(args, 'table'))
  });
}

function addNotebookCommands(options: ICommandsOptions): void {
  const { app, model, trans } = options;
  const isAnswered = (): boolean => Boolean(model.state.reply?.answer);
  app.commands.addCommand(CommandIDs.insertCell, {
    label: trans.__('Insert Answer as %1 Cell', '%%dbchat'),
    describedBy: { args: argumentsOf({}) },
    isEnabled: isAnswered,
    execute: () => insertAnswer(options, question => cellOf(question))
  });
  app.commands.addCommand(CommandIDs.insertFrame, {
    label: trans.__('Insert Answer as DataFrame Cell'),
    describedBy: { args: argumentsOf({}) },
    isEnabled: isAnswered,
    execute: () =>
      insertAnswer(options, (question, taken) =>
        frameCellOf(question, variableOf(question.question, taken))
      )
  });
  app.commands.addCommand(CommandIDs.insertName, {
    label: trans.__('Insert Name into the Notebook'),
    describedBy: { args: argumentsOf({ name: 'string' }) },
    execute: async args => {
      const panel = findNotebook(options);
      if (panel) {
        await insertText(panel, textOf(args, 'name'));
        app.shell.activateById(panel.id);
      }
    }
  });
}

function addAnswerCommands({
  app,
  dialogs,
  model,
  trans
}: ICommandsOptions): void {
  app.commands.addCommand(CommandIDs.saveAnswer, {
    label: trans.__('Save as Verified Answer…'),
    describedBy: { args: argumentsOf({}) },
    isEnabled: () => Boolean(model.state.reply?.answer),
    execute: async () => {
      const { reply } = model.state;
      if (reply?.answer) {
        await dialogs.saveAnswer(reply.asked.question, reply.answer.sql);
      }
    }
  });
  app.commands.addCommand(CommandIDs.forgetAnswer, {
    label: trans.__('Forget a Verified Answer'),
    describedBy: { args: argumentsOf({ id: 'integer' }) },
    execute: async args => {
      const known = model.state.verified?.verified ?? [];
      const one = known.find(({ id }) => id === args['id']);
      if (one) {
        await model.forget(one).catch(tell);
      }
    }
  });
  app.commands.addCommand(CommandIDs.checkAnswers, {
    label: trans.__('Check Verified Answers'),
    caption: trans.__('Run each of them, and mark those that fail'),
    describedBy: { args: argumentsOf({}) },
    isEnabled: () => model.state.chosen !== null,
    execute: async () => {
      const checked = await model.checkVerified().catch(tell);
      if (checked) {
        const broken = checked.verified.filter(({ fault }) => fault).length;
        const words = trans._n(
          '%2 of %3 verified answers no longer runs.',
          '%2 of %3 verified answers no longer run.',
          broken,
          broken,
          checked.verified.length
        );
        Notification.info(words, { autoClose: READING_TIME });
      }
    }
  });
}

/** What a cell of the last answer asks: the question, or the SQL where the question alone would mean something else. */
export function questionOf(model: IDbChatModel): IQuestion | null {
  const { reply } = model.state;
  if (!reply?.answer) {
    return null;
  }
  const { asked, answer } = reply;
  const { question, model: who } = asked;
  const sql = asked.sql ?? (answer.follows ? answer.sql : undefined);
  return {
    question,
    datasource: answer.datasource,
    ...(who ? { model: who } : {}),
    ...(sql ? { sql } : {})
  };
}

async function insertAnswer(
  options: ICommandsOptions,
  write: (question: IQuestion, taken: string) => string
): Promise<void> {
  const question = questionOf(options.model);
  const panel = question && findNotebook(options);
  if (panel) {
    await insertCell(panel, write(question, sourcesOf(panel)));
    options.app.shell.activateById(panel.id);
    if (isDead(panel)) {
      Notification.warning(
        options.trans.__(
          'The kernel of this notebook is not running: choose “Restart Kernel” before you run the cell.'
        ),
        { autoClose: READING_TIME }
      );
    }
  }
}

/** The notebook in front, or null and words that there is none. */
function findNotebook({
  app,
  notebooks,
  trans
}: ICommandsOptions): ReturnType<typeof notebookInFront> {
  const panel = notebookInFront(app, notebooks);
  if (!panel) {
    const words = trans.__(
      'Open a notebook first: it goes into the one in front.'
    );
    Notification.warning(words, { autoClose: READING_TIME });
  }
  return panel;
}

async function testAndTell(
  model: IDbChatModel,
  datasource: IDatasource,
  trans: TranslationBundle
): Promise<void> {
  const tested = await model.test(datasource).catch(tell);
  if (tested) {
    const { tables, version, notes } = tested;
    const words = trans._n(
      '%2 works (%3): %1 table.',
      '%2 works (%3): %1 tables.',
      tables,
      datasource.name,
      version
    );
    Notification.success([words, ...notes].join(' '), {
      autoClose: READING_TIME
    });
  }
}

async function isSure(
  { name }: IDatasource,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Remove %1?', name),
    body: trans.__(
      'DbChat forgets how to reach it. The database itself is not touched.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Remove') })
    ]
  });
  return button.accept;
}

/** The datasource of this name, else the chosen one. */
function chosenOf(
  model: IDbChatModel,
  args: ReadonlyPartialJSONObject = {}
): IDatasource | undefined {
  const { datasources, chosen } = model.state;
  const name = args['name'] ?? chosen;
  return datasources?.find(each => each.name === name);
}

/** Say what went wrong; a bug goes on its way to the browser's console. */
function tell(error: unknown): void {
  const { message, hint }: IProblem = problemOf(error);
  Notification.error(hint ? `${message} ${hint}` : message);
}

function textOf(args: ReadonlyPartialJSONObject, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : '';
}

/** A JSON schema of what a command takes. */
function argumentsOf(types: {
  readonly [name: string]: string;
}): ReadonlyJSONObject {
  const properties = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { type }])
  );
  return { type: 'object', properties };
}
