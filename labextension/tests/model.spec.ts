import { describe, expect, test, vi } from 'vitest';

import { chooseDatasource, DbChatModel } from '../src/model';
import { advance, BEGUN, MOST_WRITTEN } from '../src/progress';
import type { IDatasource } from '../src/tokens';
import type { ScriptedServer } from './values';
import {
  AMBIGUOUS,
  ANSWER,
  changes,
  CHOICES,
  DEMO,
  endless,
  event,
  heads,
  json,
  MUSIC,
  problem,
  shop,
  STATUS,
  wrote
} from './values';

async function modelOf(server: ScriptedServer): Promise<DbChatModel> {
  const model = new DbChatModel(server.api());
  await model.refresh();
  await vi.waitFor(() =>
    expect(model.state.tables ?? model.state.tablesProblem).not.toBeNull()
  );
  return model;
}

describe('datasources', () => {
  test('at first nothing is asked of the server, because nobody looks yet', () => {
    const server = shop();
    new DbChatModel(server.api());
    expect(server.sent).toEqual([]);
  });

  test('while somebody looks, what another front adds is shown within seconds', async () => {
    vi.useFakeTimers();
    const added: IDatasource[] = [];
    const model = new DbChatModel(shop(added).api());
    model.watch();
    await vi.advanceTimersByTimeAsync(100);
    expect(model.state.datasources).toEqual([DEMO]);
    added.push(MUSIC);
    await vi.advanceTimersByTimeAsync(2100);
    expect(model.state.datasources).toEqual([MUSIC, DEMO]);
    model.dispose();
    vi.useRealTimers();
  });

  test('when nobody looks any more, the server is left alone', async () => {
    vi.useFakeTimers();
    const server = shop();
    const model = new DbChatModel(server.api());
    model.watch();
    await vi.advanceTimersByTimeAsync(100);
    model.unwatch();
    await vi.advanceTimersByTimeAsync(100);
    const { length } = server.sent;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.sent).toHaveLength(length);
    model.dispose();
    vi.useRealTimers();
  });

  test('a list that did not change is not drawn anew, because drawing costs', async () => {
    const model = await modelOf(shop());
    const drawn = vi.fn();
    model.changed.connect(drawn);
    await model.refresh();
    expect(drawn).not.toHaveBeenCalled();
  });

  test('the one chosen before stays, else the only added one, else the demo', () => {
    const other = { ...MUSIC, id: 2, name: 'other' };
    expect(chooseDatasource([MUSIC, other, DEMO], 'other')).toBe('other');
    expect(chooseDatasource([MUSIC, DEMO], null)).toBe('music');
    expect(chooseDatasource([MUSIC, other, DEMO], 'gone')).toBe('demo');
    expect(chooseDatasource([], 'gone')).toBeNull();
  });

  test('one that was just added is chosen, because one wants to ask it', async () => {
    const model = await modelOf(shop());
    await model.add({
      name: 'music',
      type: 'sqlite',
      params: { path: 'music.sqlite' }
    });
    expect(model.state.chosen).toBe('music');
    await vi.waitFor(() =>
      expect(model.state.tables?.datasource).toBe('music')
    );
  });

  test('one that was removed while chosen gives way, because it can no longer be asked', async () => {
    const model = await modelOf(shop([MUSIC]));
    expect(model.state.chosen).toBe('music');
    await model.remove(MUSIC);
    expect(model.state.chosen).toBe('demo');
    await vi.waitFor(() => expect(model.state.tables?.datasource).toBe('demo'));
  });

  test('a list read before a change is dropped, because the change is newer', async () => {
    const server = shop();
    const model = await modelOf(server);
    const { reply } = server;
    let release = (): void => undefined;
    const slow = new Promise<void>(resolve => (release = resolve));
    server.reply = async sent => {
      await slow;
      return sent.route === 'datasources'
        ? { datasources: [DEMO] }
        : sent.route === 'changes'
          ? changes({ datasources: 9 })
          : STATUS;
    };
    const refreshing = model.refresh();
    server.reply = reply;
    await model.add({ name: 'music', type: 'sqlite', params: {} });
    release();
    await refreshing;
    expect(model.state.datasources).toHaveLength(2);
  });

  test('a refused addition rejects with the server’s words, because the form shows them', async () => {
    const server = shop();
    const model = await modelOf(server);
    server.reply = () => json(problem('DatasourceError'), 400);
    const adding = model.add({ name: 'demo', type: 'sqlite', params: {} });
    await expect(adding).rejects.toMatchObject({
      kind: 'DatasourceError',
      hint: 'Try again.'
    });
  });
});

describe('tables', () => {
  test('a slow schema of another datasource is dropped, because it is no longer shown', async () => {
    const server = shop([MUSIC]);
    const model = await modelOf(server);
    const replies: (() => void)[] = [];
    const { reply } = server;
    server.reply = (sent, signal) =>
      sent.route.startsWith('tables')
        ? new Promise(resolve =>
            replies.push(() => resolve(reply(sent, signal)))
          )
        : reply(sent, signal);
    model.choose('demo');
    model.choose('music');
    await vi.waitFor(() => expect(replies).toHaveLength(2));
    replies[1]?.();
    await vi.waitFor(() =>
      expect(model.state.tables?.datasource).toBe('music')
    );
    replies[0]?.();
    await new Promise(resolve => setTimeout(resolve));
    expect(model.state.tables?.datasource).toBe('music');
  });

  test('what the refresh button reads is not what the server knows already', async () => {
    const server = shop();
    const model = await modelOf(server);
    await model.readTables(true);
    expect(server.routes).toContain(
      'GET tables?datasource=demo&offset=0&limit=200&refresh=1'
    );
  });

  test('a file that is gone is a problem of the tables, and the rest goes on', async () => {
    const server = shop([MUSIC]);
    const { reply } = server;
    server.reply = (sent, signal) =>
      sent.route.startsWith('tables')
        ? json(problem('DatasourceError'), 400)
        : reply(sent, signal);
    const model = await modelOf(server);
    expect(model.state.tablesProblem?.kind).toBe('DatasourceError');
    expect(model.state.outage).toBeNull();
  });
});

describe('thousands of tables', () => {
  test('only the pages that are looked at are read, each once', async () => {
    const server = shop([], heads(5000));
    const model = await modelOf(server);
    expect(model.state.tables?.heads).toHaveLength(5000);
    expect(model.state.tables?.heads[200]).toBeUndefined();
    model.needTables(2490, 2530);
    model.needTables(2490, 2530);
    await vi.waitFor(() =>
      expect(model.state.tables?.heads[2500]?.name).toBe('t2500')
    );
    const pages = server.routes.filter(route => route.includes('tables?'));
    expect(pages).toEqual([
      'GET tables?datasource=demo&offset=0&limit=200',
      'GET tables?datasource=demo&offset=2400&limit=200'
    ]);
  });

  test('of two searches the later one counts, whichever is answered first', async () => {
    const server = shop([], heads(30));
    const model = await modelOf(server);
    const { reply } = server;
    let release = (): void => undefined;
    const slow = new Promise<void>(resolve => (release = resolve));
    server.reply = async (sent, signal) => {
      if (sent.route.includes('search=t1&')) {
        await slow;
      }
      return reply(sent, signal);
    };
    model.search('t1');
    model.search('t12');
    await vi.waitFor(() => expect(model.state.tables?.search).toBe('t12'));
    release();
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(model.state.tables?.heads.map(each => each?.name)).toEqual(['t12']);
  });

  test('a table that is opened shows its columns, and one that fails says why', async () => {
    const server = shop([], heads(2));
    const model = await modelOf(server);
    model.toggle('t0');
    expect(model.state.tables?.open.get('t0')).toBeNull();
    await vi.waitFor(() =>
      expect(model.state.tables?.open.get('t0')).toHaveLength(2)
    );
    server.reply = () => json(problem('QueryFailed'), 422);
    model.toggle('t1');
    await vi.waitFor(() =>
      expect(model.state.tables?.open.get('t1')).toMatchObject({
        kind: 'QueryFailed'
      })
    );
    model.toggle('t0');
    expect(model.state.tables?.open.has('t0')).toBe(false);
  });
});

describe('what other fronts do', () => {
  test('a look costs one request, and only the list that changed is read anew', async () => {
    const server = shop();
    const model = await modelOf(server);
    await vi.waitFor(() => expect(model.state.models).not.toBeNull());
    server.sent.length = 0;
    await model.refresh();
    expect(server.routes).toEqual(['GET changes']);
    const { reply } = server;
    server.reply = (sent, signal) =>
      sent.route === 'changes' ? changes({ history: 5 }) : reply(sent, signal);
    server.sent.length = 0;
    await model.refresh();
    await vi.waitFor(() =>
      expect(server.routes).toEqual(['GET changes', 'GET history'])
    );
  });

  test('an older server counts nothing, so its list is read each time', async () => {
    const server = shop();
    const { reply } = server;
    server.reply = (sent, signal) =>
      sent.route === 'changes'
        ? json(problem('NotFound'), 404)
        : reply(sent, signal);
    const model = await modelOf(server);
    server.sent.length = 0;
    await model.refresh();
    expect(model.state.outage).toBeNull();
    expect(server.routes).toContain('GET datasources');
  });

  test('one that was used or tested is not read anew, because its tables are the same', async () => {
    const added = [MUSIC];
    const server = shop(added);
    const model = await modelOf(server);
    added[0] = { ...MUSIC, works: true, test_result: 'music works.' };
    const { reply } = server;
    server.reply = (sent, signal) =>
      sent.route === 'changes'
        ? changes({ datasources: 7 })
        : reply(sent, signal);
    server.sent.length = 0;
    await model.refresh();
    expect(model.state.datasources?.[0]?.works).toBe(true);
    expect(server.routes.filter(each => each.includes('tables'))).toEqual([]);
  });
});

describe('outages', () => {
  test('a server that went away is told, and all is read anew when it is back', async () => {
    const server = shop();
    const model = await modelOf(server);
    const { reply } = server;
    server.reply = () => new TypeError('Failed to fetch');
    await expect(model.refresh()).rejects.toMatchObject({
      kind: 'Unreachable'
    });
    expect(model.state.outage?.kind).toBe('Unreachable');
    expect(model.state.datasources).toEqual([DEMO]);
    server.reply = reply;
    server.sent.length = 0;
    await model.refresh();
    expect(model.state.outage).toBeNull();
    expect(server.routes).toContain('GET status');
  });
});

describe('conversations', () => {
  test('a question goes with those before it, until one begins anew or asks another datasource', async () => {
    const server = shop([MUSIC]);
    const model = await modelOf(server);
    const history = () =>
      (
        server.sent.filter(({ route }) => route === 'ask').at(-1)?.body as {
          history?: object[];
        }
      ).history;
    await model.ask('one');
    expect(history()).toBeUndefined();
    await model.ask('two');
    expect(history()).toEqual([{ question: 'one', sql: ANSWER.sql }]);
    model.beginAnew();
    await model.ask('three');
    expect(history()).toBeUndefined();
    model.choose('demo');
    await model.ask('four');
    expect(history()).toBeUndefined();
  });

  test('another reading of a question takes its place in the conversation', async () => {
    const server = shop();
    const model = await modelOf(server);
    await model.ask('one');
    server.reply = () => ({ ...ANSWER, sql: 'SELECT 2' });
    await model.take({ reading: 'r', sql: 'SELECT 2', confidence: 1 });
    expect(model.state.turns).toEqual([{ question: 'one', sql: 'SELECT 2' }]);
  });

  test('who is to answer and how many rows go with each question', async () => {
    const server = shop();
    const model = await modelOf(server);
    model.configure({ interval: 1000, rows: 7, datasource: null });
    model.chooseModel('ollama/m');
    await model.ask('one');
    expect(server.sent.at(-1)?.body).toMatchObject({
      rows: 7,
      model: 'ollama/m'
    });
  });
});

describe('a new datasource', () => {
  test('it is tested at once, because one wants to know whether it works', async () => {
    const server = shop();
    const model = await modelOf(server);
    await model.add({ name: 'music', type: 'sqlite', params: {} });
    await vi.waitFor(() =>
      expect(server.routes).toContain('POST datasources/1/test')
    );
    await vi.waitFor(() => expect(model.state.testing).toEqual([]));
  });

  test('one that cannot be opened says why where its tables would be', async () => {
    const server = shop();
    const model = await modelOf(server);
    const { reply } = server;
    server.reply = (sent, signal) =>
      sent.route.endsWith('/test')
        ? json(problem('PasswordNeeded'), 400)
        : reply(sent, signal);
    await model.add({ name: 'music', type: 'sqlite', params: {} });
    await vi.waitFor(() =>
      expect(model.state.tablesProblem?.kind).toBe('PasswordNeeded')
    );
    expect(model.state.chosen).toBe('music');
  });

  test('the one the user prefers is chosen where none was before', async () => {
    const server = shop([MUSIC, { ...MUSIC, id: 2, name: 'other' }]);
    const model = new DbChatModel(server.api());
    model.configure({ interval: 1000, rows: null, datasource: 'other' });
    await model.refresh();
    expect(model.state.chosen).toBe('other');
  });
});

describe('questions', () => {
  test('the chosen datasource is asked, and the answer kept with its question', async () => {
    const server = shop();
    const model = await modelOf(server);
    await model.ask('  how many orders per country ');
    const asked = {
      question: 'how many orders per country',
      datasource: 'demo'
    };
    expect(server.sent.at(-1)?.body).toEqual(asked);
    expect(model.state.reply).toEqual({ asked, answer: ANSWER, problem: null });
    expect(model.state.asking).toBeNull();
  });

  test('an empty question is not asked', async () => {
    const server = shop();
    const model = await modelOf(server);
    await model.ask(' \n');
    expect(server.routes).not.toContain('POST ask');
  });

  test('one question at a time, because a second click is a slip', async () => {
    const server = shop();
    const model = await modelOf(server);
    await Promise.all([model.ask('one'), model.ask('two')]);
    expect(server.routes.filter(route => route === 'POST ask')).toHaveLength(1);
  });

  test('a choice is asked with its SQL and keeps its reading, because the server has none for SQL', async () => {
    const server = shop();
    const model = await modelOf(server);
    server.reply = () => json(AMBIGUOUS, 409);
    await model.ask('orders by country');
    expect(model.state.reply?.problem?.choices).toEqual(CHOICES);
    server.reply = () => ({ ...ANSWER, reading: '' });
    await model.take(CHOICES[1]!);
    expect(server.sent.at(-1)?.body).toEqual({
      question: 'orders by country',
      datasource: 'demo',
      sql: 'SELECT 2'
    });
    expect(model.state.reply?.answer?.reading).toBe('by the store’s country');
  });

  test('stop closes the connection, because that is what cancels the query', async () => {
    const server = shop();
    const model = await modelOf(server);
    let signal: AbortSignal | null = null;
    server.reply = (_, given) => {
      signal = given;
      return new Promise(() => undefined);
    };
    const asking = model.ask('everything');
    await vi.waitFor(() => expect(signal).not.toBeNull());
    expect(model.state.asking?.question).toBe('everything');
    model.stop();
    await asking;
    expect(signal!).toHaveProperty('aborted', true);
    expect(model.state.asking).toBeNull();
    expect(model.state.reply?.problem?.kind).toBe('Stopped');
  });

  test('what is told is shown while the answer is waited for, and goes with it', async () => {
    const server = shop();
    const model = await modelOf(server);
    server.reply = (_, signal) =>
      endless(
        signal,
        event('step', { name: 'translate', detail: '' }),
        wrote('hm', true),
        wrote('SELECT '),
        wrote('1')
      );
    const drawn = vi.fn();
    const asking = model.ask('one');
    model.changed.connect(drawn);
    await vi.waitFor(() =>
      expect(model.state.progress).toEqual({
        step: { name: 'translate', detail: '' },
        reasoning: 'hm',
        text: 'SELECT 1'
      })
    );
    expect(drawn.mock.calls.length).toBeLessThan(4); // a model writes faster than anybody reads
    model.stop();
    await asking;
    expect(model.state.reply?.problem?.kind).toBe('Stopped');
    expect(model.state.progress).toEqual(BEGUN);
    server.reply = () => ANSWER;
    await model.ask('two');
    expect(model.state.reply?.answer).toEqual(ANSWER);
  });

  test('nothing that was told of one question is shown of the next', async () => {
    vi.useFakeTimers();
    const server = shop();
    const model = await modelOf(server);
    server.reply = (_, signal) => endless(signal, wrote('of the first'));
    const first = model.ask('one');
    await vi.advanceTimersByTimeAsync(50);
    model.stop();
    await first;
    server.reply = (_, signal) => endless(signal);
    const second = model.ask('two');
    await vi.advanceTimersByTimeAsync(1000);
    expect(model.state.progress).toEqual(BEGUN);
    model.stop();
    await second;
    vi.useRealTimers();
  });

  test('after a bug one can ask again, because the button must not stay “Stop”', async () => {
    const model = await modelOf(shop());
    const api = (model as unknown as { api: { ask: unknown } }).api;
    api.ask = () => Promise.reject(new RangeError('a bug'));
    await expect(model.ask('x')).rejects.toThrow('a bug');
    expect(model.state.asking).toBeNull();
  });
});

describe('progress', () => {
  const said = (text: string) => ({ text, is_reasoning: false });
  const thought = (text: string) => ({ text, is_reasoning: true });
  const step = (name: string) => ({ name, detail: '' });

  test('what was written before the SQL is mended goes, because other SQL is written then', () => {
    const before = [step('translate'), thought('hm'), said('SELECT 1')];
    const ran = [...before, step('run')].reduce(advance, BEGUN);
    expect(ran).toEqual({
      step: step('run'),
      reasoning: 'hm',
      text: 'SELECT 1'
    });
    expect(advance(ran, step('repair'))).toEqual({
      ...BEGUN,
      step: step('repair')
    });
  });

  test('only the last of it is kept, because models can write for ever', () => {
    const long = 'x'.repeat(MOST_WRITTEN);
    const one = [thought(long), said('SELECT 1')].reduce(advance, BEGUN);
    expect(one.text).toBe('SELECT 1');
    expect(one.reasoning.length + one.text.length).toBe(MOST_WRITTEN);
    const two = advance(one, said(`${long}!`));
    expect(two.text).toHaveLength(MOST_WRITTEN);
    expect(two.text.endsWith('x!')).toBe(true);
    expect(two.reasoning).toBe('');
  });

  test('a character is not cut in half, because the rest of it cannot be shown', () => {
    const { text } = advance(BEGUN, said('😀' + 'x'.repeat(MOST_WRITTEN - 1)));
    expect(text).toBe('x'.repeat(MOST_WRITTEN - 1));
  });
});
