/** The sidebar: its sections, each a component joined to the model. */

import { Clipboard } from '@jupyterlab/apputils';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  checkIcon,
  PanelWithToolbar,
  ReactWidget,
  refreshIcon,
  SidePanel,
  ToolbarButton,
  UseSignal
} from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { AccordionPanel } from '@lumino/widgets';
import type { JSX } from 'react';

import { AskPanel } from './components/askpanel';
import { Datasources } from './components/datasources';
import { HistoryList } from './components/historylist';
import { ProblemText } from './components/problem';
import { StatusLine } from './components/statusline';
import { Suggestions } from './components/suggestions';
import { TableTree } from './components/tabletree';
import { VerifiedList } from './components/verifiedlist';
import { dbchatIcon } from './icons';
import {
  CommandIDs,
  type IDbChatModel,
  type IDbChatState,
  type IEntry,
  VERSION
} from './tokens';

/** Of the height, for each section that is open. */
const SIZES = [0.12, 0.26, 0.62, 0.25, 0.25];
/** Which sections are open at first. */
const OPEN = [true, true, true, false, false];
const ASK = 2;

export interface ISidebarOptions {
  readonly model: IDbChatModel;
  readonly translator: ITranslator;
  readonly rendermime: IRenderMimeRegistry | null;
  readonly onRun: (command: string, args?: ReadonlyPartialJSONObject) => void;
  /** The mouse is pressed where the answer can be dragged. */
  readonly onDrag: (event: { clientX: number; clientY: number }) => void;
}

export class Sidebar extends SidePanel {
  constructor(options: ISidebarOptions) {
    super({ translator: options.translator });
    const { model } = options;
    const trans = options.translator.load('dbchat_magic');
    this.model = model;
    this.addClass('jp-DbChat');
    this.title.icon = dbchatIcon;
    this.title.caption = trans.__('DbChat: ask a database in plain words');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('DbChat'));
    this.header.addClass('jp-DbChat-header');
    this.header.addWidget(new StatusSection(options, trans));
    this.addWidget(datasourcesPanel(options, trans));
    this.addWidget(tablesPanel(options, trans));
    const ask = new AskSection(options, trans);
    this.addWidget(panelOf(trans.__('Ask'), ask, {}));
    const history = new HistorySection(options, trans);
    this.addWidget(panelOf(trans.__('History'), history, {}));
    this.addWidget(verifiedPanel(options, trans));
    this.setSections(OPEN);
    this.accordion?.setRelativeSizes(SIZES);
    this.accordion?.expansionToggled.connect(() => this.sectionsChanged.emit());
  }

  /** Which sections are open. */
  readonly sectionsChanged = new Signal<this, void>(this);

  get sections(): readonly boolean[] {
    return this.accordion?.widgets.map(each => !each.isHidden) ?? [];
  }

  setSections(open: readonly boolean[]): void {
    const { accordion } = this;
    accordion?.widgets.forEach((_, index) => {
      if (open[index] ?? true) {
        accordion.expand(index);
      } else {
        accordion.collapse(index);
      }
    });
  }

  /** Put the cursor where one asks. */
  focusQuestion(): void {
    this.accordion?.expand(ASK);
    this.node
      .querySelector<HTMLTextAreaElement>('.jp-DbChat-questionBox')
      ?.focus();
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

  private get accordion(): AccordionPanel | null {
    return this.content instanceof AccordionPanel ? this.content : null;
  }

  private readonly model: IDbChatModel;
}

/** A widget that is drawn anew whenever the model changes. */
abstract class Section extends ReactWidget {
  constructor(
    protected readonly options: ISidebarOptions,
    protected readonly trans: TranslationBundle
  ) {
    super();
    this.model = options.model;
    this.run = options.onRun;
    this.addClass('jp-DbChat-section');
  }

  protected override render(): JSX.Element {
    return (
      <UseSignal signal={this.model.changed}>{() => this.draw()}</UseSignal>
    );
  }

  protected abstract draw(): JSX.Element | null;

  protected readonly model: IDbChatModel;
  protected readonly run: ISidebarOptions['onRun'];
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
  protected draw(): JSX.Element | null {
    const { datasources, chosen, testing } = this.model.state;
    return (
      datasources && (
        <Datasources
          datasources={datasources}
          chosen={chosen}
          testing={testing}
          onChoose={name => this.model.choose(name)}
          onTest={name => this.run(CommandIDs.testDatasource, { name })}
          onEdit={name => this.run(CommandIDs.editDatasource, { name })}
          onRemove={name => this.run(CommandIDs.removeDatasource, { name })}
          trans={this.trans}
        />
      )
    );
  }
}

class TablesSection extends Section {
  constructor(options: ISidebarOptions, trans: TranslationBundle) {
    super(options, trans);
    this.addClass('jp-DbChat-tables');
  }

  protected draw(): JSX.Element | null {
    const { tables, tablesProblem, chosen } = this.model.state;
    if (tablesProblem) {
      return <ProblemText problem={tablesProblem} />;
    }
    if (tables) {
      return (
        <TableTree
          key={tables.datasource}
          tables={tables}
          onSearch={words => this.model.search(words)}
          onNeed={this.need}
          onToggle={name => this.model.toggle(name)}
          onRows={table => this.run(CommandIDs.showRows, { table })}
          onInsert={name => this.run(CommandIDs.insertName, { name })}
          onAsk={table => void this.askAbout(table)}
          trans={this.trans}
        />
      );
    }
    return chosen === null ? null : (
      <p className="jp-DbChat-hint">{this.trans.__('Reading %1…', chosen)}</p>
    );
  }

  private async askAbout(table: string): Promise<void> {
    await this.model.suggest(table);
    this.run(CommandIDs.askQuestion);
  }

  private readonly need = (from: number, to: number): void =>
    this.model.needTables(from, to);
}

class AskSection extends Section {
  protected draw(): JSX.Element {
    const { model, run, trans } = this;
    const { state } = model;
    const { chosen, tables, asking, reply, suggestions } = state;
    return (
      <>
        <AskPanel
          datasource={chosen}
          table={tables?.heads[0]?.name ?? null}
          text={state.draft}
          past={pastOf(state.history?.entries ?? [])}
          previous={previousOf(state)}
          models={state.models}
          model={state.model}
          isLooking={state.isLooking}
          asking={asking}
          progress={state.progress}
          reply={reply}
          rendermime={this.options.rendermime}
          onType={text => model.type(text)}
          onAsk={question => void model.ask(question)}
          onStop={() => model.stop()}
          onBeginAnew={() => model.beginAnew()}
          onChooseModel={name => model.chooseModel(name)}
          onLook={() => run(CommandIDs.findModels)}
          onTake={choice => void model.take(choice)}
          onCopy={sql => Clipboard.copyToSystem(sql)}
          onInsert={() => run(CommandIDs.insertCell)}
          onInsertFrame={() => run(CommandIDs.insertFrame)}
          onSave={() => run(CommandIDs.saveAnswer)}
          onDrag={this.options.onDrag}
          trans={trans}
        />
        {!asking && !reply && (
          <Suggestions
            questions={suggestions}
            onTake={question => {
              model.type(question);
              void model.ask(question);
            }}
            trans={trans}
          />
        )}
      </>
    );
  }
}

class HistorySection extends Section {
  protected draw(): JSX.Element {
    const { model } = this;
    return (
      <HistoryList
        history={model.state.history}
        onTake={entry => {
          this.prepare(entry);
          model.type(entry.question);
          this.run(CommandIDs.askQuestion);
        }}
        onRerun={entry => {
          this.prepare(entry);
          void model.rerun(entry);
        }}
        onOlder={() => void model.readOlder()}
        trans={this.trans}
      />
    );
  }

  /** Ask the one that was asked then, where there still is one. */
  private prepare({ datasource }: IEntry): void {
    const known = this.model.state.datasources ?? [];
    if (known.some(({ name }) => name === datasource)) {
      this.model.choose(datasource);
    }
  }
}

class VerifiedSection extends Section {
  protected draw(): JSX.Element {
    const { model } = this;
    return (
      <VerifiedList
        verified={model.state.verified}
        onRun={({ question }) => {
          model.beginAnew();
          model.type(question);
          void model.ask(question);
        }}
        onForget={one => this.run(CommandIDs.forgetAnswer, { id: one.id })}
        trans={this.trans}
      />
    );
  }
}

/** The question that another one, once it is written, would follow. */
function previousOf({ turns, draft }: IDbChatState): string | null {
  const last = turns.at(-1)?.question;
  return last === undefined || last === draft.trim() ? null : last;
}

/** The questions, each once. */
function pastOf(entries: readonly IEntry[]): readonly string[] {
  return [...new Set(entries.map(({ question }) => question))];
}

function datasourcesPanel(
  options: ISidebarOptions,
  trans: TranslationBundle
): PanelWithToolbar {
  const section = new DatasourcesSection(options, trans);
  return panelOf(trans.__('Datasources'), section, {
    add: new ToolbarButton({
      icon: addIcon,
      tooltip: trans.__('Add a datasource'),
      onClick: () => options.onRun(CommandIDs.addDatasource)
    })
  });
}

function tablesPanel(
  options: ISidebarOptions,
  trans: TranslationBundle
): PanelWithToolbar {
  return panelOf(trans.__('Tables'), new TablesSection(options, trans), {
    refresh: new ToolbarButton({
      icon: refreshIcon,
      tooltip: trans.__('Read the tables anew'),
      onClick: () => options.onRun(CommandIDs.refreshSchema)
    })
  });
}

function verifiedPanel(
  options: ISidebarOptions,
  trans: TranslationBundle
): PanelWithToolbar {
  const section = new VerifiedSection(options, trans);
  return panelOf(trans.__('Verified answers'), section, {
    check: new ToolbarButton({
      icon: checkIcon,
      tooltip: trans.__('Run each of them, and mark those that fail'),
      onClick: () => options.onRun(CommandIDs.checkAnswers)
    })
  });
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
