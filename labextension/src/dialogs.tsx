/** What asks the user something in a window of its own, and stays open until the server has agreed. */

import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

import { DatasourceForm, readForm } from './components/datasourceform';
import { ProblemText } from './components/problem';
import { Rows } from './components/resulttable';
import { SaveForm } from './components/saveform';
import { problemOf } from './problems';
import type {
  IDatasource,
  IDbChatModel,
  IFirstRows,
  IProblem,
  ITested
} from './tokens';

const CANCEL = 0;
const TEST = 1;

/** Change a datasource, or add one where there is none yet. */
export async function editDatasource(
  model: IDbChatModel,
  datasource: IDatasource | null,
  trans: TranslationBundle
): Promise<void> {
  const body = new DatasourceBody(model, datasource, trans);
  const dialog = new TryingDialog(
    {
      title: datasource
        ? trans.__('Change %1', datasource.name)
        : trans.__('Add a Datasource'),
      body,
      focusNodeSelector: 'input[name="name"]',
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.createButton({ label: trans.__('Test') }),
        Dialog.okButton({
          label: datasource ? trans.__('Save') : trans.__('Add')
        })
      ]
    },
    button => (button === TEST ? body.test() : body.save())
  );
  dialog.addClass('jp-DbChat-dialog');
  await dialog.launch();
}

/** The first rows of a table; they are read while the window is open already. */
export async function showRows(
  model: IDbChatModel,
  table: string,
  trans: TranslationBundle
): Promise<void> {
  const body = new RowsBody(trans);
  const dialog = new Dialog({
    title: trans.__('First rows of %1', table),
    body,
    hasClose: true,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
  dialog.addClass('jp-DbChat-dialog');
  void model.firstRows(table).then(
    rows => body.tell({ rows }),
    (error: unknown) => body.tell({ problem: problemOf(error) })
  );
  await dialog.launch();
}

/** Keep SQL as the answer to a question, which may be put more clearly. */
export async function saveAnswer(
  model: IDbChatModel,
  question: string,
  sql: string,
  trans: TranslationBundle
): Promise<void> {
  const body = new SaveBody(model, question, sql, trans);
  const dialog = new TryingDialog(
    {
      title: trans.__('Save as Verified Answer'),
      body,
      focusNodeSelector: 'textarea',
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Save') })
      ]
    },
    () => body.save()
  );
  dialog.addClass('jp-DbChat-dialog');
  await dialog.launch();
}

/** Closes with Cancel, or when what a button does has succeeded. */
class TryingDialog extends Dialog<unknown> {
  /** `attempt` gets the number of the button; it says whether that is all. */
  constructor(
    options: Partial<Dialog.IOptions<unknown>>,
    private readonly attempt: (button: number) => Promise<boolean>
  ) {
    super(options);
    this.last = (options.buttons?.length ?? 1) - 1;
  }

  override resolve(index?: number): void {
    const button = index ?? this.last;
    if (button === CANCEL) {
      super.resolve(CANCEL);
    } else if (!this.isBusy) {
      void this.tryTo(button);
    }
  }

  private async tryTo(button: number): Promise<void> {
    this.isBusy = true;
    try {
      if (await this.attempt(button)) {
        super.resolve(button);
      }
    } finally {
      this.isBusy = false;
    }
  }

  private isBusy = false;
  private readonly last: number;
}

/** A body that is drawn anew when what it shows has changed. */
abstract class Body<State extends object> extends ReactWidget {
  constructor(
    protected state: State,
    protected readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-DbChat');
    this.addClass('jp-DbChat-body');
  }

  tell(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    this.update();
  }
}

interface IFormState {
  readonly problem: IProblem | null;
  readonly tested: ITested | null;
  readonly doing: string;
}

const AT_FIRST: IFormState = { problem: null, tested: null, doing: '' };

class DatasourceBody extends Body<IFormState> {
  constructor(
    private readonly model: IDbChatModel,
    private readonly datasource: IDatasource | null,
    trans: TranslationBundle
  ) {
    super(AT_FIRST, trans);
    this.model.changed.connect(this.followStatus);
  }

  async test(): Promise<boolean> {
    const written = this.read();
    if (written) {
      this.tell({ ...AT_FIRST, doing: this.trans.__('Connecting…') });
      const id = this.datasource?.id;
      await this.model.tryOut(written, id).then(
        tested => this.tell({ ...AT_FIRST, tested }),
        (error: unknown) =>
          this.tell({ ...AT_FIRST, problem: problemOf(error) })
      );
    }
    return false;
  }

  async save(): Promise<boolean> {
    const written = this.read();
    if (!written) {
      return false;
    }
    this.tell({ ...AT_FIRST, doing: this.trans.__('Saving…') });
    try {
      await (this.datasource
        ? this.model.change(this.datasource.id, written)
        : this.model.add(written));
      return true;
    } catch (error) {
      this.tell({ ...AT_FIRST, problem: problemOf(error) });
      return false;
    }
  }

  protected override render(): JSX.Element {
    const { status, outage } = this.model.state;
    if (!status) {
      return outage ? (
        <ProblemText problem={outage} />
      ) : (
        <p>{this.trans.__('Waiting for the server…')}</p>
      );
    }
    return (
      <DatasourceForm
        {...this.state}
        kinds={status.kinds}
        datasource={this.datasource}
        trans={this.trans}
      />
    );
  }

  private read(): ReturnType<typeof readForm> {
    const form = this.node.querySelector('form');
    const kinds = this.model.state.status?.kinds ?? [];
    return form && readForm(form, kinds, this.datasource === null);
  }

  /** The kinds come with the first reply of the server. */
  private readonly followStatus = (): void => {
    if (this.model.state.status !== null) {
      this.model.changed.disconnect(this.followStatus);
    }
    this.update();
  };
}

interface IRowsState {
  readonly rows: IFirstRows | null;
  readonly problem: IProblem | null;
}

class RowsBody extends Body<IRowsState> {
  constructor(trans: TranslationBundle) {
    super({ rows: null, problem: null }, trans);
  }

  protected override render(): JSX.Element {
    const { rows, problem } = this.state;
    if (problem) {
      return <ProblemText problem={problem} />;
    }
    if (!rows) {
      return <p role="status">{this.trans.__('Reading…')}</p>;
    }
    return (
      <>
        <Rows columns={rows.columns} rows={rows.rows} trans={this.trans} />
        <div className="jp-DbChat-count">
          {rows.rows.length === 0
            ? this.trans.__('The table is empty.')
            : rows.truncated
              ? this.trans.__('There are more rows.')
              : this.trans.__('These are all rows.')}
        </div>
      </>
    );
  }
}

class SaveBody extends Body<{ readonly problem: IProblem | null }> {
  constructor(
    private readonly model: IDbChatModel,
    private readonly question: string,
    private readonly sql: string,
    trans: TranslationBundle
  ) {
    super({ problem: null }, trans);
  }

  async save(): Promise<boolean> {
    const box = this.node.querySelector('textarea');
    const question = box?.value.trim() ?? '';
    if (!question) {
      box?.focus();
      return false;
    }
    try {
      await this.model.save(question, this.sql);
      return true;
    } catch (error) {
      this.tell({ problem: problemOf(error) });
      return false;
    }
  }

  protected override render(): JSX.Element {
    return (
      <SaveForm
        question={this.question}
        sql={this.sql}
        problem={this.state.problem}
        trans={this.trans}
      />
    );
  }
}
