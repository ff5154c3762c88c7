/** Values as the server sends them, and a server that replies by a script. */

import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import { Api } from '../src/api';
import type {
  IAnswer,
  IDatasource,
  IKind,
  IParameter,
  IProblem,
  IChanges,
  IColumn,
  ITableHead,
  ITables,
  IStatus
} from '../src/tokens';
import { VERSION } from '../src/tokens';

export const trans = nullTranslator.load('dbchat_magic');
export const MARKUP = '<img src=x onerror="alert(1)">';

export const STATUS: IStatus = {
  version: VERSION,
  translator: 'offline',
  row_limit: 10000,
  shown_rows: 1000,
  kinds: [
    {
      name: 'sqlite',
      label: 'SQLite',
      parameters: [
        {
          name: 'path',
          label: 'File',
          type: 'path',
          required: true,
          secret: false,
          default: null,
          description: 'An existing SQLite file.',
          choices: []
        }
      ]
    }
  ]
};

const FIELD: IParameter = {
  name: '',
  label: '',
  type: 'string',
  required: false,
  secret: false,
  default: null,
  description: '',
  choices: []
};

/** A kind with a field of every sort. */
export const SERVER: IKind = {
  name: 'postgresql',
  label: 'PostgreSQL',
  parameters: [
    { ...FIELD, name: 'host', label: 'Host', default: 'localhost' },
    { ...FIELD, name: 'port', label: 'Port', type: 'integer', default: 5432 },
    { ...FIELD, name: 'password', label: 'Password', secret: true },
    {
      ...FIELD,
      name: 'sslmode',
      label: 'Encryption',
      choices: ['prefer', 'require']
    },
    { ...FIELD, name: 'powers', label: 'Allow powers', type: 'boolean' }
  ]
};

export const DEMO: IDatasource = {
  id: 0,
  name: 'demo',
  type: 'sqlite',
  params: {},
  comment: 'the built-in shop',
  builtin: true,
  test_result: '',
  works: null
};

export const MUSIC: IDatasource = {
  id: 1,
  name: 'music',
  type: 'sqlite',
  params: { path: '/data/music.sqlite' },
  comment: '',
  builtin: false,
  test_result: '',
  works: null
};

export const HEAD: ITableHead = {
  name: 'orders',
  sql_name: 'orders',
  kind: 'table',
  comment: 'one line for each order',
  rows: 8600,
  column_count: 2,
  matches: []
};

export const COLUMNS: readonly IColumn[] = [
  {
    name: 'order_id',
    sql_name: 'order_id',
    type: 'INTEGER',
    nullable: false,
    comment: '',
    key: true,
    references: null
  },
  {
    name: 'customer_id',
    sql_name: 'customer_id',
    type: 'INTEGER',
    nullable: true,
    comment: 'who ordered',
    key: false,
    references: { table: 'customers', column: 'customer_id' }
  }
];

export const TABLES: ITables = {
  datasource: 'demo',
  search: '',
  total: 1,
  heads: [HEAD],
  open: new Map()
};

/** So many tables of a database. */
export function heads(count: number): ITableHead[] {
  return Array.from({ length: count }, (_, at) => ({
    ...HEAD,
    name: `t${String(at)}`,
    sql_name: `t${String(at)}`
  }));
}

export const ANSWER: IAnswer = {
  question: 'how many orders per country',
  datasource: 'demo',
  reading: 'Number of orders for each country.',
  sql: 'SELECT country, COUNT(*) FROM orders GROUP BY country',
  columns: [
    { name: 'country', type: 'text' },
    { name: 'orders', type: 'integer' }
  ],
  rows: [
    ['Austria', 600],
    [null, 3]
  ],
  row_count: 2,
  truncated: false,
  notes: [],
  ignored: [],
  confidence: 0.9,
  seconds: 0.01
};

export const CHOICES = [
  { reading: 'by the customer’s country', sql: 'SELECT 1', confidence: 0.4 },
  { reading: 'by the store’s country', sql: 'SELECT 2', confidence: 0.4 }
];

export const AMBIGUOUS: IProblem = {
  message: 'This can be read in several ways.',
  hint: 'Take one.',
  kind: 'Ambiguous',
  choices: CHOICES
};

/** A request as the server sees it. */
export interface ISent {
  readonly method: string;
  /** Without the server's address and the number that keeps caches away. */
  readonly route: string;
  readonly body: unknown;
  readonly type: string | null;
  readonly accept: string | null;
}

/** What is replied: a value (as JSON), or a whole response, or an error of the network. */
export type Replied = object | Response | Error;

export class ScriptedServer {
  readonly sent: ISent[] = [];

  constructor(
    public reply: (
      sent: ISent,
      signal: AbortSignal
    ) => Replied | Promise<Replied>
  ) {}

  get routes(): string[] {
    return this.sent.map(({ method, route }) => `${method} ${route}`);
  }

  api(): Api {
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/base/',
      fetch: (request: RequestInfo | URL) => this.fetch(request as Request)
    });
    return new Api(settings, trans);
  }

  private async fetch(request: Request): Promise<Response> {
    const text = await request.text();
    const sent = {
      method: request.method,
      route: request.url
        .replace('http://localhost/base/dbchat/', '')
        .replace(/[?&]\d+$/, ''),
      body: text ? (JSON.parse(text) as unknown) : null,
      type: request.headers.get('Content-Type'),
      accept: request.headers.get('Accept')
    };
    this.sent.push(sent);
    const replied = await Promise.race([
      Promise.resolve(this.reply(sent, request.signal)),
      aborted(request.signal)
    ]);
    if (replied instanceof Error) {
      throw replied;
    }
    return replied instanceof Response ? replied : json(replied);
  }
}

/** A server with the demo and what was added to it, and so many tables in each datasource. */
export function shop(
  datasources: IDatasource[] = [],
  tables: readonly ITableHead[] = [HEAD]
): ScriptedServer {
  const added = datasources;
  return new ScriptedServer(({ method, route, body }) => {
    const [path = '', query = ''] = route.split('?');
    const fields = new URLSearchParams(query);
    const fixed: Record<string, object | undefined> = {
      status: STATUS,
      ask: ANSWER,
      changes: changes({ datasources: added.length }),
      history: { entries: [], next: null },
      models: { configured: 'offline', models: [] },
      questions: { questions: ['how many orders per month'] },
      table: { name: fields.get('name'), columns: COLUMNS },
      verified: { datasource: fields.get('datasource'), verified: [] },
      tables: pageOf(fields, tables)
    };
    const value = fixed[path];
    if (value && (method === 'GET' || path === 'ask')) {
      return value;
    }
    if (path.endsWith('/test')) {
      return TESTED;
    }
    if (method === 'POST') {
      const one = { ...MUSIC, ...(body as object) };
      added.push(one);
      return json(one, 201);
    }
    if (method === 'DELETE') {
      return added.pop() ?? json(problem('NotFound'), 404);
    }
    return { datasources: [...added, DEMO] };
  });
}

export const TESTED = {
  tables: 1,
  seconds: 0.1,
  version: 'SQLite 3',
  latency: 0.001,
  read_only: true,
  can_write: null,
  remedy: '',
  notes: []
};

export function changes(counts: Partial<IChanges> = {}): IChanges {
  return { datasources: 0, history: 0, verified: 0, ...counts };
}

function pageOf(fields: URLSearchParams, all: readonly ITableHead[]): object {
  const offset = Number(fields.get('offset') ?? 0);
  const words = fields.get('search') ?? '';
  const found = all.filter(({ name }) => name.includes(words));
  return {
    datasource: fields.get('datasource'),
    total: all.length,
    found: found.length,
    offset,
    tables: found.slice(offset, offset + Number(fields.get('limit') ?? 200))
  };
}

export function json(value: object, status = 200): Response {
  return new Response(JSON.stringify(value), { status });
}

/** A reply as events; each chunk comes on its own. */
export function stream(...chunks: (string | Uint8Array)[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      for (const chunk of chunks) {
        controller.enqueue(bytesOf(chunk));
      }
      controller.close();
    }
  });
  return eventsOf(body);
}

/** A reply that goes on until the connection is closed. */
export function endless(signal: AbortSignal, ...chunks: string[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      for (const chunk of chunks) {
        controller.enqueue(bytesOf(chunk));
      }
      signal.addEventListener('abort', () =>
        controller.error(new Error('aborted'))
      );
    }
  });
  return eventsOf(body);
}

export function eventsOf(body: ReadableStream<Uint8Array>): Response {
  const headers = { 'Content-Type': 'text/event-stream; charset=UTF-8' };
  return new Response(body, { headers });
}

/** As the server writes it. */
export function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function wrote(text: string, isReasoning = false): string {
  return event('wrote', { text, is_reasoning: isReasoning });
}

export function bytesOf(chunk: string | Uint8Array): Uint8Array {
  return typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
}

export function problem(kind: string): IProblem {
  return { message: 'It did not work.', hint: 'Try again.', kind, choices: [] };
}

function aborted(signal: AbortSignal): Promise<Error> {
  return new Promise(resolve => {
    const abort = (): void => resolve(new Error('aborted'));
    signal.addEventListener('abort', abort);
  });
}
