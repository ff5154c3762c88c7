/** The server extension's routes under `/dbchat/`; each failure becomes a `Problem` with words for a person. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { readEvents } from './events';
import { Problem } from './problems';
import type {
  IAnswer,
  IChanges,
  IChoice,
  IDatasource,
  IDatasourceChange,
  IFirstRows,
  IHistory,
  IModels,
  INewDatasource,
  IQuestion,
  IStatus,
  ITable,
  ITablesPage,
  ITested,
  IVerified,
  IVerifiedList,
  Told
} from './tokens';

export class Api {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly trans: TranslationBundle
  ) {}

  readStatus(): Promise<IStatus> {
    return this.send<IStatus>('GET', 'status');
  }

  async readDatasources(): Promise<readonly IDatasource[]> {
    const reply = await this.send<{ datasources: IDatasource[] }>(
      'GET',
      'datasources'
    );
    return reply.datasources;
  }

  addDatasource(datasource: INewDatasource): Promise<IDatasource> {
    return this.send<IDatasource>('POST', 'datasources', datasource);
  }

  removeDatasource(id: number): Promise<IDatasource> {
    return this.send<IDatasource>('DELETE', `datasources/${id}`);
  }

  changeDatasource(
    id: number,
    change: IDatasourceChange
  ): Promise<IDatasource> {
    return this.send<IDatasource>('PUT', `datasources/${id}`, change);
  }

  testDatasource(id: number): Promise<ITested> {
    return this.send<ITested>('POST', `datasources/${id}/test`, {});
  }

  /** One that is not kept, or not so; the secrets of `id` go with it. */
  tryDatasource(datasource: IDatasourceChange, id?: number): Promise<ITested> {
    const body = id === undefined ? datasource : { ...datasource, id };
    return this.send<ITested>('POST', 'datasources/test', body);
  }

  /** `isAnew`: whatever the server knows of them already. */
  readTables(page: IPageWanted, isAnew = false): Promise<ITablesPage> {
    const { datasource, search, offset, limit } = page;
    return this.send<ITablesPage>(
      'GET',
      `tables${queryOf({
        datasource,
        search,
        offset: String(offset),
        limit: String(limit),
        refresh: isAnew ? '1' : ''
      })}`
    );
  }

  readTable(datasource: string, name: string): Promise<ITable> {
    return this.send<ITable>('GET', `table${queryOf({ datasource, name })}`);
  }

  readRows(datasource: string, name: string): Promise<IFirstRows> {
    const query = queryOf({ datasource, name });
    return this.send<IFirstRows>('GET', `table/rows${query}`);
  }

  /** Questions that one could ask, about a table where one is named. */
  async readSuggestions(
    datasource: string,
    table = ''
  ): Promise<readonly string[]> {
    const query = queryOf({ datasource, table });
    const reply = await this.send<{ questions: string[] }>(
      'GET',
      `questions${query}`
    );
    return reply.questions;
  }

  readChanges(): Promise<IChanges> {
    return this.send<IChanges>('GET', 'changes');
  }

  readHistory(before: number | null = null): Promise<IHistory> {
    const query = queryOf({ before: before === null ? '' : String(before) });
    return this.send<IHistory>('GET', `history${query}`);
  }

  readVerified(datasource: string): Promise<IVerifiedList> {
    return this.send<IVerifiedList>(
      'GET',
      `verified${queryOf({ datasource })}`
    );
  }

  verify(
    question: string,
    sql: string,
    datasource: string
  ): Promise<IVerified> {
    const body = { question, sql, datasource };
    return this.send<IVerified>('POST', 'verified', body);
  }

  removeVerified(id: number, datasource: string): Promise<IVerified> {
    const query = queryOf({ datasource });
    return this.send<IVerified>('DELETE', `verified/${id}${query}`);
  }

  checkVerified(datasource: string): Promise<IVerifiedList> {
    const query = queryOf({ datasource });
    return this.send<IVerifiedList>('POST', `verified/check${query}`, {});
  }

  /** `looks`: also whom else one could ask, which takes seconds. */
  readModels(looks = false): Promise<IModels> {
    const query = queryOf({ discover: looks ? '1' : '' });
    return this.send<IModels>('GET', `models${query}`);
  }

  /** `hear` is told what happens on the way. Whoever stops waiting stops the query. */
  async ask(
    question: IQuestion,
    signal: AbortSignal,
    hear: (told: Told) => void
  ): Promise<IAnswer> {
    try {
      const response = await this.request('POST', 'ask', question, {
        headers: { Accept: EVENTS },
        signal
      });
      return isStream(response)
        ? await this.follow(response.body, hear)
        : await this.read<IAnswer>(response);
    } catch (error) {
      throw signal.aborted ? this.stopped() : this.problemOf(error);
    }
  }

  private async send<T>(
    method: string,
    route: string,
    body?: object
  ): Promise<T> {
    try {
      return await this.read<T>(await this.request(method, route, body));
    } catch (error) {
      throw this.problemOf(error);
    }
  }

  private request(
    method: string,
    route: string,
    body?: object,
    { headers = {}, signal = null }: IRequestOptions = {}
  ): Promise<Response> {
    const init: RequestInit = body
      ? {
          method,
          signal,
          body: JSON.stringify(body),
          headers: { ...headers, 'Content-Type': 'application/json' }
        }
      : { method, signal, headers };
    return ServerConnection.makeRequest(
      URLExt.join(this.settings.baseUrl, 'dbchat') + `/${route}`,
      init,
      this.settings
    );
  }

  /** Hand on what is told, until the answer comes. */
  private async follow(
    body: ReadableStream<Uint8Array>,
    hear: (told: Told) => void
  ): Promise<IAnswer> {
    for await (const { name, data } of readEvents(body, lost)) {
      const value = parseObject(data);
      if (name === 'answer' && value) {
        return value as unknown as IAnswer;
      }
      if (name === 'error' && value) {
        throw problemIn(value as unknown as IRefusal);
      }
      if ((name === 'step' || name === 'wrote') && value) {
        hear(value as unknown as Told);
      }
    }
    throw this.brokenOff();
  }

  private async read<T>(response: Response): Promise<T> {
    const text = await response.text().catch(lost);
    const reply = parseObject(text);
    if (response.ok && reply) {
      return reply as T;
    }
    throw response.ok ? this.notJson(response) : this.refused(response, reply);
  }

  private refused(response: Response, reply: Reply | null): Problem {
    if (response.status === 401 || response.status === 403) {
      return this.signedOut();
    }
    if (reply && typeof reply.kind === 'string') {
      return problemIn(reply as unknown as IRefusal);
    }
    return response.status === 404 ? this.missing() : this.notJson(response);
  }

  private problemOf(error: unknown): unknown {
    return error instanceof ServerConnection.NetworkError
      ? new Problem(
          this.trans.__('The Jupyter server cannot be reached.'),
          this.trans.__('Is it running, and is the network there?'),
          'Unreachable'
        )
      : error;
  }

  private stopped(): Problem {
    return new Problem(this.trans.__('Stopped.'), '', 'Stopped');
  }

  private brokenOff(): Problem {
    return new Problem(
      this.trans.__('The answer broke off.'),
      this.trans.__(
        'The server, or something between it and this page, closed the connection. Ask again.'
      ),
      'BrokenOff'
    );
  }

  private signedOut(): Problem {
    return new Problem(
      this.trans.__('The Jupyter server no longer knows you.'),
      this.trans.__('Reload the page and log in again.'),
      'Forbidden'
    );
  }

  private missing(): Problem {
    return new Problem(
      this.trans.__('The server part of DbChat is missing.'),
      this.trans.__(
        'Install dbchat_magic where JupyterLab runs, see that “jupyter server extension list” names it, and restart JupyterLab.'
      ),
      'Missing'
    );
  }

  /** A proxy's page, or the log-in page after the session has ended. */
  private notJson(response: Response): Problem {
    return response.redirected
      ? this.signedOut()
      : new Problem(
          this.trans.__(
            'The server sent something else than an answer (%1).',
            response.status
          ),
          this.trans.__(
            'Something between this page and the server may have replied in its place. Reload the page.'
          ),
          'NotJson'
        );
  }
}

const EVENTS = 'text/event-stream';

export interface IPageWanted {
  readonly datasource: string;
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
}

/** What is empty is left out. */
function queryOf(fields: { readonly [name: string]: string }): string {
  const filled = Object.entries(fields).filter(([, value]) => value !== '');
  return filled.length === 0
    ? ''
    : URLExt.objectToQueryString(Object.fromEntries(filled));
}

interface IRequestOptions {
  readonly headers?: { readonly [name: string]: string };
  readonly signal?: AbortSignal | null;
}

/** Older servers reply in one piece, and so does each with what is wrong with a request. */
function isStream(
  response: Response
): response is Response & { body: ReadableStream<Uint8Array> } {
  const type = response.headers.get('Content-Type') ?? '';
  return response.ok && response.body !== null && type.startsWith(EVENTS);
}

function lost(error: unknown): never {
  throw new ServerConnection.NetworkError(error as TypeError);
}

function problemIn({ message, hint, kind, choices }: IRefusal): Problem {
  return new Problem(message, hint, kind, choices);
}

/** How the server says no. */
interface IRefusal {
  readonly message: string;
  readonly hint: string;
  readonly kind: string;
  readonly choices?: readonly IChoice[];
}

type Reply = { readonly [name: string]: unknown };

function parseObject(text: string): Reply | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Reply)
      : null;
  } catch {
    return null;
  }
}
