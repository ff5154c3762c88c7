/** The values that pass through the sidebar, and the token by which other plugins reach its model. */

import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/** Of this front end; the server's package has its own, and the two should be equal. */
export const VERSION = '0.1.0';

export const CommandIDs = {
  showSidebar: 'dbchat:show-sidebar',
  refreshSchema: 'dbchat:refresh-schema',
  insertCell: 'dbchat:insert-cell'
} as const;

export type Cell = string | number | boolean | null;

export interface IParameter {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'path' | 'files';
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
}

export interface IColumn {
  readonly name: string;
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

export interface ITable {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly comment: string;
  /** About how many; null: not known. */
  readonly rows: number | null;
  readonly primary_key: readonly string[];
  readonly columns: readonly IColumn[];
}

export interface ISchema {
  readonly datasource: string;
  readonly dialect: string;
  readonly tables: readonly ITable[];
}

export interface IQuestion {
  readonly question: string;
  readonly datasource?: string;
  /** Run this instead of translating: a choice that was taken. */
  readonly sql?: string;
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
  readonly schema: ISchema | null;
  readonly schemaProblem: IProblem | null;
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
  /** Rejects with an `IProblem` where the server refuses. */
  add(datasource: INewDatasource): Promise<void>;
  /** Rejects with an `IProblem` where the server refuses. */
  remove(datasource: IDatasource): Promise<void>;
  /** `isAnew`: from the database, whatever is known of it already. */
  readSchema(isAnew?: boolean): Promise<void>;
  ask(text: string): Promise<void>;
  /** Answer the last question by this reading. */
  take(choice: IChoice): Promise<void>;
  stop(): void;
}

export const IDbChatModel = new Token<IDbChatModel>(
  'dbchat_magic:IDbChatModel',
  'The datasources, schema and answers that the DbChat sidebar shows.'
);
