/** The sidebar's state: what it shows and what changes it. It knows no widget. */

import { JSONExt, type JSONValue } from '@lumino/coreutils';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Api } from './api';
import { Problem } from './api';
import { advance, BEGUN } from './progress';
import type {
  IAnswer,
  IChoice,
  IDatasource,
  IDbChatModel,
  IDbChatState,
  INewDatasource,
  IProblem,
  IQuestion,
  Told
} from './tokens';

/** Milliseconds after which what another front added is shown. */
const INTERVAL = 2000;
/** Milliseconds between two tries while the server does not answer. */
const LONGEST_INTERVAL = 10000;
/** Milliseconds between two pictures of what a model writes: it writes faster than anybody reads. */
const PACE = 100;

const AT_FIRST: IDbChatState = {
  status: null,
  outage: null,
  datasources: null,
  chosen: null,
  schema: null,
  schemaProblem: null,
  asking: null,
  progress: BEGUN,
  reply: null
};

export class DbChatModel implements IDbChatModel {
  constructor(private readonly api: Api) {
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

  /** Read the datasources once; rejects where the server does not answer. */
  async refresh(): Promise<void> {
    const edition = this.edition;
    const wasOut = this.current.outage !== null;
    try {
      const known = wasOut ? null : this.current.status;
      const status = known ?? (await this.api.readStatus());
      const datasources = await this.api.readDatasources();
      if (edition === this.edition) {
        this.set({ status, outage: null });
        this.accept(datasources, wasOut);
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
      this.set({ chosen: name, schema: null, schemaProblem: null });
      if (this.current.datasources) {
        void this.readSchema();
      }
    }
  }

  async add(datasource: INewDatasource): Promise<void> {
    const added = await this.api.addDatasource(datasource);
    await this.changedHere();
    this.choose(added.name);
  }

  async remove(datasource: IDatasource): Promise<void> {
    await this.api.removeDatasource(datasource.id);
    await this.changedHere();
  }

  async readSchema(isAnew = false): Promise<void> {
    const { chosen } = this.current;
    if (chosen === null) {
      return;
    }
    const reading = ++this.schemaReading;
    const change = await this.api
      .readSchema(chosen, isAnew)
      .then(schema => ({ schema, schemaProblem: null }))
      .catch((error: unknown) => ({
        schema: null,
        schemaProblem: problemOf(error)
      }));
    if (reading === this.schemaReading && chosen === this.current.chosen) {
      this.set(change);
    }
  }

  async ask(text: string): Promise<void> {
    const { chosen } = this.current;
    const question = text.trim();
    if (question) {
      await this.answer(
        chosen === null ? { question } : { question, datasource: chosen }
      );
    }
  }

  async take(choice: IChoice): Promise<void> {
    const asked = this.current.reply?.asked;
    if (asked) {
      await this.answer({ ...asked, sql: choice.sql }, choice);
    }
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
        reply: { asked, answer: read(answer, choice), problem: null }
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
    await this.refresh().catch(() => undefined);
  }

  private accept(datasources: readonly IDatasource[], wasOut: boolean): void {
    const before = this.current;
    const chosen = chooseDatasource(datasources, before.chosen);
    const isSame = isEqual(
      find(before.datasources, before.chosen),
      find(datasources, chosen)
    );
    if (!isEqual(before.datasources, datasources)) {
      this.set({ datasources });
    }
    if (chosen !== before.chosen) {
      this.set({ chosen, schema: null, schemaProblem: null });
    }
    if (!isSame || (wasOut && before.schema === null)) {
      void this.readSchema();
    }
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
  private readonly poll: Poll;
  private waiting: AbortController | null = null;
  /** What is not shown yet. */
  private told: Told[] = [];
  private edition = 0;
  private schemaReading = 0;
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

/** Problems are shown; a bug goes on its way to the browser's console. */
export function problemOf(error: unknown): IProblem {
  if (error instanceof Problem) {
    return error;
  }
  throw error;
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

function isEqual(one: unknown, other: unknown): boolean {
  return JSONExt.deepEqual(
    (one ?? null) as JSONValue,
    (other ?? null) as JSONValue
  );
}
