/** The server extension's routes under `/dbchat/`; each failure becomes a `Problem` with words for a person. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { readEvents } from './events';
import type {
  IAnswer,
  IChoice,
  IDatasource,
  INewDatasource,
  IProblem,
  IQuestion,
  ISchema,
  IStatus,
  Told
} from './tokens';

/** A request that gave no answer. `Stopped` is the kind of one that was stopped here. */
export class Problem extends Error implements IProblem {
  constructor(
    message: string,
    readonly hint: string,
    readonly kind: string,
    readonly choices: readonly IChoice[] = []
  ) {
    super(message);
  }
}

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

  /** `isAnew`: whatever the server knows of it already. */
  readSchema(datasource: string, isAnew = false): Promise<ISchema> {
    const query = URLExt.objectToQueryString(
      isAnew ? { datasource, refresh: '1' } : { datasource }
    );
    return this.send<ISchema>('GET', `schema${query}`);
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
