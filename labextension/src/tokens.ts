/** The values that pass through the sidebar, and the token by which other plugins reach its model. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/** Of this front end; the server's package has its own, and the two should be equal. */
export const VERSION = '0.1.0';

export const CommandIDs = {
  showSidebar: 'dbchat:show-sidebar',
  askQuestion: 'dbchat:ask-question',
  stopQuestion: 'dbchat:stop-question',
  addDatasource: 'dbchat:add-datasource',
  editDatasource: 'dbchat:edit-datasource',
  testDatasource: 'dbchat:test-datasource',
  removeDatasource: 'dbchat:remove-datasource',
  refreshSchema: 'dbchat:refresh-schema',
  showRows: 'dbchat:show-rows',
  insertName: 'dbchat:insert-name',
  insertCell: 'dbchat:insert-cell',
  insertFrame: 'dbchat:insert-frame',
  saveAnswer: 'dbchat:save-answer',
  forgetAnswer: 'dbchat:forget-answer',
  checkAnswers: 'dbchat:check-answers',
  findModels: 'dbchat:find-models'
} as const;

export type Cell = string | number | boolean | null;

export interface IParameter {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'path' | 'folder' | 'files';
  readonly required: boolean;
  readonly secret: boolean;
  readonly default: string | number | null;
  readonly description: string;
  /** What it may be; empty: anything of its type. */
  readonly choices: readonly string[];
}

/** A kind of datasource, as the form to add one needs it. */
export interface IKind {
  readonly name: string;
  readonly label: string;
  readonly parameters: readonly IParameter[];
}

export interface IStatus {
  readonly version: string;
  readonly translator: string;
  readonly row_limit: number;
  readonly shown_rows: number;
  readonly kinds: readonly IKind[];
}

export type Parameters = {
  readonly [name: string]: string | number | boolean;
};

export interface INewDatasource {
  readonly name: string;
  readonly type: string;
  readonly params: Parameters;
}

export interface IDatasource extends INewDatasource {
  readonly id: number;
  readonly comment: string;
  /** The demo, which cannot be removed. */
  readonly builtin: boolean;
  /** What its last test came to; empty: there was none. */
  readonly test_result: string;
  /** Whether that test succeeded; null: there was none. Absent: an older server. */
  readonly works?: boolean | null;
}

/** A change of a datasource, or one that is tried. */
export interface IDatasourceChange extends INewDatasource {
  readonly comment?: string;
}

/** What a test of a datasource found. */
export interface ITested {
  readonly tables: number;
  readonly seconds: number;
  readonly version: string;
  readonly read_only: boolean;
  readonly can_write: boolean | null;
  readonly remedy: string;
  readonly notes: readonly string[];
}

export interface IColumn {
  readonly name: string;
  /** As one writes it in a statement. */
  readonly sql_name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly comment: string;
  /** Part of the primary key. */
  readonly key: boolean;
  readonly references: {
    readonly table: string;
    readonly column: string;
  } | null;
}

export interface ITableHead {
  readonly name: string;
  /** As one writes it in a statement. */
  readonly sql_name: string;
  readonly kind: string;
  readonly comment: string;
  /** About how many; null: not known. */
  readonly rows: number | null;
  readonly column_count: number;
  /** Columns that the words of the search are in, where the table's name has them not. */
  readonly matches: readonly string[];
}

export interface ITablesPage {
  readonly datasource: string;
  readonly total: number;
  /** Of all pages. */
  readonly found: number;
  readonly offset: number;
  readonly tables: readonly ITableHead[];
}

export interface ITable {
  readonly name: string;
  readonly columns: readonly IColumn[];
}

/** Some rows of a table. */
export interface IFirstRows {
  readonly datasource: string;
  readonly table: string;
  readonly sql: string;
  readonly columns: readonly IAnswerColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly truncated: boolean;
}

/** The columns of an open table: being read, or there, or why they are not. */
export type OpenTable = readonly IColumn[] | IProblem | null;

/** The tables that are shown: names by pages, columns of those that are open. */
export interface ITables {
  readonly datasource: string;
  readonly search: string;
  readonly total: number;
  /** One for each that was found; a hole where its page has not been read. */
  readonly heads: readonly (ITableHead | undefined)[];
  readonly open: ReadonlyMap<string, OpenTable>;
}

/** A question that was asked, from whichever front. */
export interface IEntry {
  readonly id: number;
  readonly asked: string;
  readonly datasource: string;
  readonly question: string;
  readonly sql: string;
  readonly translator: string;
  /** `answered`, or the kind of the error. */
  readonly outcome: string;
  readonly rows: number | null;
  readonly seconds: number | null;
}

export interface IHistory {
  /** Newest first. */
  readonly entries: readonly IEntry[];
  /** Where older ones begin; null: there are none. */
  readonly next: number | null;
}

/** A question with the SQL that a person has verified as its answer. */
export interface IVerified {
  readonly id: number;
  readonly question: string;
  readonly sql: string;
  readonly saved: string;
  /** Why it no longer runs; empty: it does. */
  readonly fault: string;
}

export interface IVerifiedList {
  readonly datasource: string;
  readonly verified: readonly IVerified[];
}

export interface IOffered {
  readonly name: string;
  readonly server: string;
  readonly address: string;
  readonly note: string;
}

export interface IModels {
  /** Who answers unless another is chosen: a model, or `offline`. */
  readonly configured: string;
  readonly models: readonly IOffered[];
}

/** How often each was changed, by whichever kernel or server. */
export interface IChanges {
  readonly datasources: number;
  readonly history: number;
  readonly verified: number;
}

/** A question of the conversation before. */
export interface ITurn {
  readonly question: string;
  readonly sql: string;
}

export interface IQuestion {
  readonly question: string;
  readonly datasource?: string;
  /** Run this instead of translating: a choice that was taken. */
  readonly sql?: string;
  /** The conversation, oldest first. */
  readonly history?: readonly ITurn[];
  readonly rows?: number;
  readonly model?: string;
}

/** A reading of a question. */
export interface IChoice {
  readonly reading: string;
  readonly sql: string;
  readonly confidence: number;
}

export interface IAnswerColumn {
  readonly name: string;
  readonly type: 'integer' | 'number' | 'boolean' | 'time' | 'text' | 'other';
}

export interface IAnswer {
  readonly question: string;
  readonly datasource: string;
  readonly reading: string;
  readonly sql: string;
  readonly columns: readonly IAnswerColumn[];
  /** The first of them; `row_count` were fetched. */
  readonly rows: readonly (readonly Cell[])[];
  readonly row_count: number;
  /** The database had more than were fetched. */
  readonly truncated: boolean;
  readonly notes: readonly string[];
  readonly ignored: readonly string[];
  readonly confidence: number;
  readonly choices?: readonly IChoice[];
  readonly seconds: number;
  /** A Vega-Lite specification with its data. */
  readonly vegalite?: object | null;
  /** A person has verified this SQL as the answer. */
  readonly verified?: boolean;
  /** The question is understood only after those before it. */
  readonly follows?: boolean;
  /** Of models; absent where none was asked. */
  readonly usage?: IUsage;
}

/** What asking models took. */
export interface IUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  /** How often a model was asked. */
  readonly calls: number;
  /** US dollars; null: the price is not known. */
  readonly cost: number | null;
}

/** The question has come so far. */
export interface IStep {
  /** `schema`, `translate`, `repair`, `run`; later servers may have others. */
  readonly name: string;
  /** The SQL that runs, or the error that is mended. */
  readonly detail: string;
}

/** A model has written some more. */
export interface IWrote {
  readonly text: string;
  readonly is_reasoning: boolean;
}

/** What is told on the way to an answer. */
export type Told = IStep | IWrote;

/** How far a question has come. */
export interface IProgress {
  /** null: nothing has been told yet. */
  readonly step: IStep | null;
  /** What a model has thought and written, the last characters of both. */
  readonly reasoning: string;
  readonly text: string;
}

/** What went wrong, for a person. Plain text: names and values in it are not escaped. */
export interface IProblem {
  readonly message: string;
  readonly hint: string;
  readonly kind: string;
  readonly choices: readonly IChoice[];
}

/** An answer or a problem, and the question it belongs to. */
export interface IReply {
  readonly asked: IQuestion;
  readonly answer: IAnswer | null;
  readonly problem: IProblem | null;
}

/** All that the sidebar shows. */
export interface IDbChatState {
  /** null: not read yet. */
  readonly status: IStatus | null;
  /** Why the server does not answer; null: it does. */
  readonly outage: IProblem | null;
  /** null: not read yet. */
  readonly datasources: readonly IDatasource[] | null;
  /** The name of the datasource that is shown and asked. */
  readonly chosen: string | null;
  readonly tables: ITables | null;
  readonly tablesProblem: IProblem | null;
  /** null: not read yet, as the two below. */
  readonly history: IHistory | null;
  readonly verified: IVerifiedList | null;
  readonly models: IModels | null;
  /** Questions that one could begin with. */
  readonly suggestions: readonly string[];
  /** Models are being looked for. */
  readonly isLooking: boolean;
  /** Who is to answer; null: whoever is configured. */
  readonly model: string | null;
  /** What is written in the box. */
  readonly draft: string;
  /** The conversation that the next question belongs to. */
  readonly turns: readonly ITurn[];
  /** Names of datasources that are being tested. */
  readonly testing: readonly string[];
  /** The question that is being answered. */
  readonly asking: IQuestion | null;
  /** How far that one has come. */
  readonly progress: IProgress;
  readonly reply: IReply | null;
}

export interface IDbChatModel {
  readonly state: IDbChatState;
  readonly changed: ISignal<IDbChatModel, void>;
  /** Keep in step with the server, from now on: somebody looks. */
  watch(): void;
  unwatch(): void;
  choose(name: string): void;
  /** What follows rejects with an `IProblem` where the server refuses. */
  add(datasource: INewDatasource): Promise<void>;
  change(id: number, change: IDatasourceChange): Promise<void>;
  remove(datasource: IDatasource): Promise<void>;
  test(datasource: IDatasource): Promise<ITested>;
  /** As it would be kept, or kept under this id. */
  tryOut(datasource: IDatasourceChange, id?: number): Promise<ITested>;
  firstRows(table: string): Promise<IFirstRows>;
  save(question: string, sql: string): Promise<void>;
  forget(verified: IVerified): Promise<void>;
  checkVerified(): Promise<IVerifiedList | null>;
  findModels(): Promise<void>;
  /** From here on what fails is in the state. `isAnew`: from the database, whatever is known of it already. */
  readTables(isAnew?: boolean): Promise<void>;
  search(words: string): void;
  /** Questions about a table are suggested, the first is written in the box. */
  suggest(table: string): Promise<void>;
  /** The tables from one position up to another are looked at. */
  needTables(from: number, to: number): void;
  toggle(table: string): void;
  readHistory(): Promise<void>;
  readOlder(): Promise<void>;
  type(draft: string): void;
  chooseModel(name: string | null): void;
  /** The next question follows no other. */
  beginAnew(): void;
  ask(text: string): Promise<void>;
  /** Run the SQL of a question that was answered before. */
  rerun(turn: ITurn): Promise<void>;
  /** Answer the last question by this reading. */
  take(choice: IChoice): Promise<void>;
  stop(): void;
}

export const IDbChatModel = new Token<IDbChatModel>(
  'dbchat_magic:IDbChatModel',
  'The datasources, schema and answers that the DbChat sidebar shows.'
);
