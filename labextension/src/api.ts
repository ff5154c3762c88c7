/** The server extension's routes under `/dbchat/`; each failure becomes a `Problem` with words for a person. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  IAnswer,
  IChoice,
  IDatasource,
  INewDatasource,
  IProblem,
  IQuestion,
  ISchema,
  IStatus
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

  /** Whoever stops waiting stops the query. */
  ask(question: IQuestion, signal: AbortSignal): Promise<IAnswer> {
    return this.send<IAnswer>('POST', 'ask', question, signal);
  }

  private async send<T>(
    method: string,
    route: string,
    body?: object,
    signal: AbortSignal | null = null
  ): Promise<T> {
    const init: RequestInit = { method, signal };
    if (body) {
      init.body = JSON.stringify(body);
      init.headers = { 'Content-Type': 'application/json' };
    }
    try {
      const response = await ServerConnection.makeRequest(
        URLExt.join(this.settings.baseUrl, 'dbchat') + `/${route}`,
        init,
        this.settings
      );
      return await this.read<T>(response);
    } catch (error) {
      throw signal?.aborted ? this.stopped() : this.problemOf(error);
    }
  }

  private async read<T>(response: Response): Promise<T> {
    const text = await response.text().catch((error: unknown) => {
      throw new ServerConnection.NetworkError(error as TypeError);
    });
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
      const {
        message,
        hint,
        kind,
        choices = []
      } = reply as unknown as IRefusal;
      return new Problem(message, hint, kind, choices);
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
