/** The sidebar's state: what it shows and what changes it. It knows no widget. */

import { JSONExt, type JSONValue } from '@lumino/coreutils';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Api } from './api';
import { problemOf } from './problems';
import { advance, BEGUN } from './progress';
import { TablesModel } from './tables';
import type {
  IAnswer,
  IChanges,
  IChoice,
  IDatasource,
  IDatasourceChange,
  IDbChatModel,
  IDbChatState,
  IFirstRows,
  INewDatasource,
  IQuestion,
  ITested,
  ITurn,
  IVerified,
  IVerifiedList,
  Told
} from './tokens';

/** Milliseconds after which what another front added is shown. */
const INTERVAL = 1500;
/** Milliseconds between two tries while the server does not answer. */
const LONGEST_INTERVAL = 10000;
/** Milliseconds between two pictures of what a model writes: it writes faster than anybody reads. */
const PACE = 100;
/** Turns of a conversation that go with a question. */
const MOST_TURNS = 5;

const AT_FIRST: IDbChatState = {
  status: null,
  outage: null,
  datasources: null,
  chosen: null,
  tables: null,
  tablesProblem: null,
  history: null,
  verified: null,
  models: null,
  suggestions: [],
  isLooking: false,
  model: null,
  draft: '',
  turns: [],
  testing: [],
  asking: null,
  progress: BEGUN,
  reply: null
};

export class DbChatModel implements IDbChatModel {
  constructor(private readonly api: Api) {
    this.tables = new TablesModel(api, change => this.set(change));
    this.poll = new Poll({
      auto: false,
      factory: () => this.refresh(),
      frequency: { interval: INTERVAL, backoff: true, max: LONGEST_INTERVAL },
      name: 'dbchat_magic:datasources',
      standby: 'when-hidden'
    });
  }

  get state(): IDbChatState {
    return this.current;
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  watch(): void {
    void this.poll.start();
    void this.poll.refresh();
  }

  unwatch(): void {
    void this.poll.stop();
  }

  dispose(): void {
    this.stop();
    this.poll.dispose();
    Signal.clearData(this);
  }

  /** What the user has set. */
  configure({ interval, rows, datasource }: IPreferences): void {
    const frequency = { ...this.poll.frequency, interval };
    this.poll.frequency = {
      ...frequency,
      max: Math.max(LONGEST_INTERVAL, interval)
    };
    this.rows = rows;
    this.preferred = datasource;
  }

  /** Read what has changed; rejects where the server does not answer. */
  async refresh(): Promise<void> {
    const { edition } = this;
    const wasOut = this.current.outage !== null;
    const isFirst = this.seen === null || wasOut;
    try {
      const [status, changes, listed] = await Promise.all([
        (wasOut ? null : this.current.status) ?? this.api.readStatus(),
        this.readChanges(),
        isFirst ? this.api.readDatasources() : null
      ]);
      const isNew = changes?.datasources !== this.seen?.datasources;
      const datasources =
        listed ??
        (isNew || changes === null ? await this.api.readDatasources() : null);
      if (edition === this.edition) {
        this.set({ status, outage: null });
        this.keepUp(changes, datasources, wasOut);
      }
    } catch (error) {
      const outage = problemOf(error);
      if (outage.kind !== this.current.outage?.kind) {
        this.set({ outage });
      }
      throw error;
    }
  }

  choose(name: string): void {
    if (name !== this.current.chosen) {
      this.takeUp(name);
      if (this.current.datasources) {
        void this.readTables();
      }
    }
  }

  async add(datasource: INewDatasource): Promise<void> {
    const added = await this.api.addDatasource(datasource);
    await this.changedHere();
    this.takeUp(added.name);
    void this.testThenRead(added);
  }

  async change(id: number, change: IDatasourceChange): Promise<void> {
    const wasChosen = this.current.datasources?.some(
      each => each.id === id && each.name === this.current.chosen
    );
    const changed = await this.api.changeDatasource(id, change);
    if (wasChosen) {
      this.takeUp(changed.name);
    }
    await this.changedHere();
    void this.testThenRead(changed);
  }

  async remove(datasource: IDatasource): Promise<void> {
    await this.api.removeDatasource(datasource.id);
    await this.changedHere();
  }

  async test({ id, name }: IDatasource): Promise<ITested> {
    this.set({ testing: [...this.current.testing, name] });
    try {
      return await this.api.testDatasource(id);
    } finally {
      const testing = this.current.testing.filter(each => each !== name);
      this.set({ testing });
      await this.changedHere();
    }
  }

  tryOut(datasource: IDatasourceChange, id?: number): Promise<ITested> {
    return this.api.tryDatasource(datasource, id);
  }

  async readTables(isAnew = false): Promise<void> {
    const { chosen } = this.current;
    await this.tables.show(chosen, isAnew);
    if (chosen !== null && this.current.tables) {
      const suggestions = await this.api.readSuggestions(chosen).catch(ignored);
      if (suggestions && chosen === this.current.chosen) {
        this.set({ suggestions });
      }
    }
  }

  async suggest(table: string): Promise<void> {
    const { nameChosen } = this;
    const suggestions = await this.api
      .readSuggestions(nameChosen, table)
      .catch(ignored);
    if (suggestions?.[0] && nameChosen === this.nameChosen) {
      this.set({ suggestions, draft: suggestions[0], reply: null });
    }
  }

  search(words: string): void {
    void this.tables.search(words);
  }

  needTables(from: number, to: number): void {
    void this.tables.need(from, to);
  }

  toggle(table: string): void {
    void this.tables.toggle(table);
  }

  firstRows(table: string): Promise<IFirstRows> {
    return this.api.readRows(this.current.chosen ?? '', table);
  }

  async readHistory(): Promise<void> {
    const history = await this.api.readHistory().catch(ignored);
    if (history && !isEqual(history, this.current.history)) {
      this.set({ history });
    }
  }

  async readOlder(): Promise<void> {
    const { history } = this.current;
    if (history?.next) {
      const older = await this.api.readHistory(history.next).catch(ignored);
      if (older && this.current.history === history) {
        const entries = [...history.entries, ...older.entries];
        this.set({ history: { entries, next: older.next } });
      }
    }
  }

  async save(question: string, sql: string): Promise<void> {
    const datasource = this.current.reply?.answer?.datasource;
    await this.api.verify(question, sql, datasource ?? this.nameChosen);
    await this.readVerified();
  }

  async forget(verified: IVerified): Promise<void> {
    const { nameChosen } = this;
    await this.api.removeVerified(verified.id, nameChosen);
    await this.readVerified();
  }

  async checkVerified(): Promise<IVerifiedList | null> {
    const verified = await this.api.checkVerified(this.nameChosen);
    this.set({ verified });
    return verified;
  }

  async findModels(): Promise<void> {
    this.set({ isLooking: true });
    try {
      this.set({ models: await this.api.readModels(true) });
    } finally {
      this.set({ isLooking: false });
    }
  }

  chooseModel(model: string | null): void {
    this.set({ model });
  }

  type(draft: string): void {
    this.set({ draft });
  }

  beginAnew(): void {
    this.set({ turns: [] });
  }

  async ask(text: string): Promise<void> {
    const { chosen, turns, model } = this.current;
    const question = text.trim();
    if (question) {
      await this.answer({
        question,
        ...(chosen === null ? {} : { datasource: chosen }),
        ...(turns.length === 0 ? {} : { history: turns.slice(-MOST_TURNS) }),
        ...(model === null ? {} : { model }),
        ...(this.rows === null ? {} : { rows: this.rows })
      });
    }
  }

  async take(choice: IChoice): Promise<void> {
    const asked = this.current.reply?.asked;
    if (asked) {
      await this.answer({ ...asked, sql: choice.sql }, choice);
    }
  }

  async rerun({ question, sql }: ITurn): Promise<void> {
    const { chosen } = this.current;
    this.beginAnew();
    await this.answer({
      question,
      sql,
      ...(chosen === null ? {} : { datasource: chosen })
    });
  }

  stop(): void {
    this.waiting?.abort();
  }

  private async answer(asked: IQuestion, choice?: IChoice): Promise<void> {
    if (this.current.asking) {
      return;
    }
    this.waiting = new AbortController();
    this.set({ asking: asked, progress: BEGUN, reply: null });
    try {
      const answer = await this.api.ask(asked, this.waiting.signal, told =>
        this.hear(told)
      );
      this.set({
        reply: { asked, answer: read(answer, choice), problem: null },
        turns: continued(this.current.turns, asked.question, answer.sql)
      });
    } catch (error) {
      this.set({ reply: { asked, answer: null, problem: problemOf(error) } });
    } finally {
      this.waiting = null;
      this.told = [];
      this.set({ asking: null, progress: BEGUN });
    }
  }

  /** Shown together with what comes soon after. */
  private hear(told: Told): void {
    this.told.push(told);
    if (this.told.length === 1) {
      setTimeout(() => this.showTold(), PACE);
    }
  }

  private showTold(): void {
    const progress = this.told.reduce(advance, this.current.progress);
    this.told = [];
    this.set({ progress });
  }

  /** What the server says after a change made here outweighs what a read begun before it brings. */
  private async changedHere(): Promise<void> {
    this.edition++;
    this.seen = null;
    await this.refresh().catch(() => undefined);
  }

  /** The tables of a datasource that is new: its test has read them already, or says why not. */
  private async testThenRead(datasource: IDatasource): Promise<void> {
    const problem = await this.test(datasource).then(() => null, problemOf);
    if (this.current.chosen !== datasource.name) {
      return;
    }
    if (problem) {
      this.set({ tables: null, tablesProblem: problem });
    } else {
      await this.readTables();
    }
  }

  /** null: an older server, which does not count. */
  private async readChanges(): Promise<IChanges | null> {
    try {
      return await this.api.readChanges();
    } catch (error) {
      if (problemOf(error).kind === 'NotFound') {
        return null;
      }
      throw error;
    }
  }

  private keepUp(
    changes: IChanges | null,
    datasources: readonly IDatasource[] | null,
    wasOut: boolean
  ): void {
    const before = this.seen;
    const chosenBefore = this.current.chosen;
    this.seen = changes;
    if (datasources) {
      this.accept(datasources, wasOut);
    }
    if (changes && changes.history !== before?.history) {
      void this.readHistory();
    }
    if (
      (changes && changes.verified !== before?.verified) ||
      this.current.chosen !== chosenBefore
    ) {
      void this.readVerified();
    }
    if (this.current.models === null && changes) {
      void this.readModels();
    }
  }

  private async readModels(): Promise<void> {
    const models = await this.api.readModels().catch(ignored);
    if (models && this.current.models === null) {
      this.set({ models });
    }
  }

  private async readVerified(): Promise<void> {
    const { chosen } = this.current;
    if (chosen !== null) {
      const verified = await this.api.readVerified(chosen).catch(ignored);
      if (chosen === this.current.chosen && verified) {
        if (!isEqual(verified, this.current.verified)) {
          this.set({ verified });
        }
      }
    }
  }

  private accept(datasources: readonly IDatasource[], wasOut: boolean): void {
    const before = this.current;
    const chosen = chooseDatasource(
      datasources,
      before.chosen ?? this.preferred
    );
    const isSame = isEqual(
      placeOf(find(before.datasources, before.chosen)),
      placeOf(find(datasources, chosen))
    );
    if (!isEqual(before.datasources, datasources)) {
      this.set({ datasources });
    }
    if (chosen !== before.chosen) {
      this.takeUp(chosen);
    }
    if (!isSame || (wasOut && before.tables === null)) {
      void this.readTables();
    }
  }

  /** The tables are read later. */
  private takeUp(name: string | null): void {
    this.set({
      chosen: name,
      tables: null,
      tablesProblem: null,
      verified: null,
      suggestions: [],
      turns: []
    });
    void this.readVerified();
  }

  private get nameChosen(): string {
    return this.current.chosen ?? '';
  }

  private set(change: Partial<IDbChatState>): void {
    const before = this.current;
    const names = Object.keys(change) as (keyof IDbChatState)[];
    if (names.some(name => change[name] !== before[name])) {
      this.current = { ...before, ...change };
      this.changedSignal.emit();
    }
  }

  private current = AT_FIRST;
  private readonly changedSignal = new Signal<this, void>(this);
  private readonly tables: TablesModel;
  private readonly poll: Poll;
  private waiting: AbortController | null = null;
  /** What is not shown yet. */
  private told: Told[] = [];
  private edition = 0;
  /** What the server counted when the lists were read; null: they must be read. */
  private seen: IChanges | null = null;
  private rows: number | null = null;
  private preferred: string | null = null;
}

/** What the user can set of it. */
export interface IPreferences {
  /** Milliseconds between two looks at what others have changed. */
  readonly interval: number;
  /** That a question fetches at most; null: as many as the server lets. */
  readonly rows: number | null;
  /** The datasource that is chosen where none was before. */
  readonly datasource: string | null;
}

/** The one chosen before; else the only one that was added, else the demo. */
export function chooseDatasource(
  datasources: readonly IDatasource[],
  before: string | null
): string | null {
  const added = datasources.filter(each => !each.builtin);
  const one =
    find(datasources, before) ??
    (added.length === 1 ? added[0] : datasources.find(each => each.builtin));
  return one?.name ?? null;
}

/** The conversation with this turn; another reading of the last question takes its place. */
function continued(
  turns: readonly ITurn[],
  question: string,
  sql: string
): readonly ITurn[] {
  const isSame = turns.at(-1)?.question === question;
  return [...(isSame ? turns.slice(0, -1) : turns), { question, sql }];
}

/** A list that cannot be read stays what it was; what is wrong with the server is said by `refresh`. */
function ignored(error: unknown): null {
  problemOf(error);
  return null;
}

function read(answer: IAnswer, choice?: IChoice): IAnswer {
  return choice ? { ...answer, reading: choice.reading } : answer;
}

function find(
  datasources: readonly IDatasource[] | null,
  name: string | null
): IDatasource | undefined {
  return datasources?.find(each => each.name === name);
}

/** What decides about its tables. */
function placeOf(datasource: IDatasource | undefined): unknown {
  return (
    datasource && [
      datasource.id,
      datasource.name,
      datasource.type,
      datasource.params
    ]
  );
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSONExt.deepEqual(
    (one ?? null) as JSONValue,
    (other ?? null) as JSONValue
  );
}
