/** The sidebar: three sections, each a component joined to the model. */

import {
  Clipboard,
  Dialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  PanelWithToolbar,
  ReactWidget,
  refreshIcon,
  SidePanel,
  ToolbarButton,
  UseSignal
} from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { AccordionPanel } from '@lumino/widgets';
import type { JSX } from 'react';

import { AskPanel } from './components/askpanel';
import { Datasources } from './components/datasources';
import { NewDatasource } from './components/newdatasource';
import { ProblemText } from './components/problem';
import { SchemaTree } from './components/schematree';
import { StatusLine } from './components/statusline';
import { dbchatIcon } from './icons';
import {
  type IDatasource,
  type IDbChatModel,
  type IProblem,
  VERSION
} from './tokens';

/** Of the height, for each section. */
const SIZES = [0.2, 0.28, 0.52];
/** The same while the form for a new datasource is open. */
const SIZES_WITH_FORM = [0.7, 0.1, 0.2];

export interface ISidebarOptions {
  readonly model: IDbChatModel;
  readonly translator: ITranslator;
  readonly onInsert: () => void;
}

export class Sidebar extends SidePanel {
  constructor({ model, translator, onInsert }: ISidebarOptions) {
    super({ translator });
    const trans = translator.load('dbchat_magic');
    this.model = model;
    this.addClass('jp-DbChat');
    this.title.icon = dbchatIcon;
    this.title.caption = trans.__('DbChat: ask a database in plain words');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('DbChat'));
    const statusLine = new StatusSection(model, trans);
    this.header.addClass('jp-DbChat-header');
    this.header.addWidget(statusLine);
    const datasources = new DatasourcesSection(model, trans);
    datasources.formToggled.connect((_, isOpen) => this.share(isOpen));
    this.addWidget(datasourcesPanel(datasources, trans));
    this.addWidget(tablesSection(model, trans));
    this.addWidget(askSection(model, trans, onInsert));
    this.share(false);
  }

  /** Give the sections their parts of the height. */
  private share(hasForm: boolean): void {
    if (this.content instanceof AccordionPanel) {
      this.content.setRelativeSizes(hasForm ? SIZES_WITH_FORM : SIZES);
    }
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.model.watch();
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.model.unwatch();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this.isVisible) {
      this.model.watch();
    }
  }

  private readonly model: IDbChatModel;
}

/** A widget that is drawn anew whenever the model changes. */
abstract class Section extends ReactWidget {
  constructor(
    protected readonly model: IDbChatModel,
    protected readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-DbChat-section');
  }

  protected override render(): JSX.Element {
    return (
      <UseSignal signal={this.model.changed}>{() => this.draw()}</UseSignal>
    );
  }

  protected abstract draw(): JSX.Element | null;
}

class StatusSection extends Section {
  protected draw(): JSX.Element {
    const { outage, status } = this.model.state;
    return (
      <StatusLine
        outage={outage}
        status={status}
        version={VERSION}
        trans={this.trans}
      />
    );
  }
}

class DatasourcesSection extends Section {
  /** Whether the form for a new datasource is open now. */
  readonly formToggled = new Signal<this, boolean>(this);

  toggleForm(): void {
    this.isAdding = !this.isAdding;
    this.formToggled.emit(this.isAdding);
    this.update();
  }

  protected draw(): JSX.Element {
    const { model, trans } = this;
    const { datasources, chosen, status } = model.state;
    return (
      <>
        {this.isAdding &&
          status && ( // asked for early, it opens when the kinds are known
            <NewDatasource
              kinds={status.kinds}
              onAdd={datasource => model.add(datasource)}
              onClose={() => this.toggleForm()}
              trans={trans}
            />
          )}
        <Datasources
          datasources={datasources ?? []}
          chosen={chosen}
          onChoose={name => model.choose(name)}
          onRemove={datasource => void this.remove(datasource)}
          trans={trans}
        />
      </>
    );
  }

  private async remove(datasource: IDatasource): Promise<void> {
    const { model, trans } = this;
    const { button } = await showDialog({
      title: trans.__('Remove datasource'),
      body: trans.__(
        'Remove “%1” from the list? Its data are not touched.',
        datasource.name
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: trans.__('Remove') })
      ]
    });
    if (button.accept) {
      await model.remove(datasource).catch(tell);
    }
  }

  private isAdding = false;
}

class TablesSection extends Section {
  protected draw(): JSX.Element | null {
    const { schema, schemaProblem, chosen } = this.model.state;
    if (schemaProblem) {
      return <ProblemText problem={schemaProblem} />;
    }
    if (schema) {
      return (
        <SchemaTree
          key={schema.datasource}
          schema={schema}
          trans={this.trans}
        />
      );
    }
    return chosen === null ? null : (
      <p className="jp-DbChat-hint">{this.trans.__('Reading %1…', chosen)}</p>
    );
  }
}

class AskSection extends Section {
  constructor(
    model: IDbChatModel,
    trans: TranslationBundle,
    private readonly onInsert: () => void
  ) {
    super(model, trans);
  }

  protected draw(): JSX.Element {
    const { model, trans } = this;
    const { chosen, schema, asking, progress, reply } = model.state;
    return (
      <AskPanel
        datasource={chosen}
        table={schema?.tables[0]?.name ?? null}
        asking={asking}
        progress={progress}
        reply={reply}
        onAsk={question => void model.ask(question)}
        onStop={() => model.stop()}
        onTake={choice => void model.take(choice)}
        onCopy={sql => Clipboard.copyToSystem(sql)}
        onInsert={this.onInsert}
        trans={trans}
      />
    );
  }
}

function datasourcesPanel(
  section: DatasourcesSection,
  trans: TranslationBundle
): PanelWithToolbar {
  return panelOf(trans.__('Datasources'), section, {
    add: new ToolbarButton({
      icon: addIcon,
      tooltip: trans.__('Add a datasource'),
      onClick: () => section.toggleForm()
    })
  });
}

function tablesSection(
  model: IDbChatModel,
  trans: TranslationBundle
): PanelWithToolbar {
  return panelOf(trans.__('Tables'), new TablesSection(model, trans), {
    refresh: new ToolbarButton({
      icon: refreshIcon,
      tooltip: trans.__('Read the tables anew'),
      onClick: () => void model.readSchema(true)
    })
  });
}

function askSection(
  model: IDbChatModel,
  trans: TranslationBundle,
  onInsert: () => void
): PanelWithToolbar {
  return panelOf(trans.__('Ask'), new AskSection(model, trans, onInsert), {});
}

function panelOf(
  label: string,
  section: Section,
  buttons: { readonly [name: string]: ToolbarButton }
): PanelWithToolbar {
  const panel = new PanelWithToolbar();
  panel.addClass('jp-DbChat-panel');
  panel.title.label = label;
  panel.toolbar.node.setAttribute('aria-label', label);
  for (const [name, button] of Object.entries(buttons)) {
    panel.toolbar.addItem(name, button);
  }
  panel.addWidget(section);
  return panel;
}

function tell({ message, hint }: IProblem): void {
  Notification.error(hint ? `${message} ${hint}` : message);
}
