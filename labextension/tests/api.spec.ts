import { describe, expect, test, vi } from 'vitest';

import type { Problem } from '../src/problems';
import type { Told } from '../src/tokens';
import {
  ANSWER,
  AMBIGUOUS,
  bytesOf,
  event,
  eventsOf,
  json,
  problem,
  ScriptedServer,
  shop,
  STATUS,
  stream,
  wrote
} from './values';
import type { Replied } from './values';

const never = new AbortController().signal;
const ignore = (): void => undefined;

async function problemOf(replied: Replied): Promise<Problem> {
  const api = new ScriptedServer(() => replied).api();
  return (await api.readStatus().catch((error: unknown) => error)) as Problem;
}

describe('what is sent', () => {
  test('a body goes as JSON, because the server takes nothing else', async () => {
    const server = shop();
    await server.api().ask({ question: 'how many?' }, never, ignore);
    const [{ body, type }] = server.sent as [(typeof server.sent)[0]];
    expect(body).toEqual({ question: 'how many?' });
    expect(type).toBe('application/json');
  });

  test('a name is escaped in the address, because it may hold anything', async () => {
    const server = shop();
    await server.api().readTable('a & b?/#', 'x"y');
    expect(server.routes).toEqual([
      'GET table?datasource=a%20%26%20b%3F%2F%23&name=x%22y'
    ]);
  });

  test('a schema is read anew only when that is said, because it may take long', async () => {
    const server = shop();
    const page = { datasource: 'demo', search: '', offset: 0, limit: 9 };
    await server.api().readTables(page);
    await server.api().readTables(page, true);
    expect(server.routes).toEqual([
      'GET tables?datasource=demo&offset=0&limit=9',
      'GET tables?datasource=demo&offset=0&limit=9&refresh=1'
    ]);
  });

  test('the base URL comes first, because servers lie behind prefixes', async () => {
    const server = new ScriptedServer(() => STATUS);
    await server.api().readStatus();
    expect(server.routes).toEqual(['GET status']);
  });
});

describe('what comes back', () => {
  test('an answer is handed on as it is', async () => {
    expect(await shop().api().ask({ question: 'x' }, never, ignore)).toEqual(
      ANSWER
    );
  });

  test('the server’s own problem keeps its words and choices, because they help', async () => {
    const { message, hint, kind, choices } = await problemOf(
      json(AMBIGUOUS, 409)
    );
    expect({ message, hint, kind, choices }).toEqual(AMBIGUOUS);
  });

  test.each([401, 403])(
    '%i asks to log in again, because the token has expired',
    async status => {
      const { kind, hint } = await problemOf(
        json(problem('Forbidden'), status)
      );
      expect(kind).toBe('Forbidden');
      expect(hint).toContain('log in');
    }
  );

  test('Jupyter’s own 404 says how to install the server part, because that is what is missing', async () => {
    for (const reply of [
      json({ message: 'Not Found' }, 404),
      new Response('<html>', { status: 404 })
    ]) {
      const { kind, hint } = await problemOf(reply);
      expect(kind).toBe('Missing');
      expect(hint).toContain('Install dbchat_magic');
    }
  });

  test('a 404 of ours stays one, because only a datasource is gone', async () => {
    expect((await problemOf(json(problem('NotFound'), 404))).kind).toBe(
      'NotFound'
    );
  });

  test.each([200, 502])(
    'a page with status %i is no answer, because a proxy wrote it',
    async status => {
      const { kind, message } = await problemOf(
        new Response('<html>Bad gateway', { status })
      );
      expect(kind).toBe('NotJson');
      expect(message).toContain(String(status));
    }
  );

  test('a log-in page after a redirect asks to log in, because the session has ended', async () => {
    const page = new Response('<html>Log in', { status: 200 });
    Object.defineProperty(page, 'redirected', { value: true });
    expect((await problemOf(page)).kind).toBe('Forbidden');
  });

  test('without a network it says that the server cannot be reached', async () => {
    expect((await problemOf(new TypeError('Failed to fetch'))).kind).toBe(
      'Unreachable'
    );
  });

  test('an answer that breaks off says so too, because the network went in the middle', async () => {
    const broken = new ReadableStream({
      start: stream => stream.error(new TypeError('network error'))
    });
    expect((await problemOf(new Response(broken))).kind).toBe('Unreachable');
  });
});

const STEP = { name: 'run', detail: 'SELECT 1 AS "größe 😀"' };

/** What was told on the way, and what came of it. */
async function follow(replied: Replied) {
  const told: Told[] = [];
  const server = new ScriptedServer(() => replied);
  const ended = await server
    .api()
    .ask({ question: 'x' }, never, each => told.push(each))
    .catch((error: unknown) => error as Problem);
  return { told, ended, sent: server.sent };
}

describe('an answer that comes as events', () => {
  const all = event('step', STEP) + wrote('SELECT 1') + event('answer', ANSWER);
  const told = [STEP, { text: 'SELECT 1', is_reasoning: false }];

  test('events are asked for, and each is told before the answer', async () => {
    const { sent, ...rest } = await follow(stream(all));
    expect(sent[0]?.accept).toBe('text/event-stream');
    expect(sent[0]?.type).toBe('application/json');
    expect(rest).toEqual({ told, ended: ANSWER });
  });

  test('it is told at once, because the answer may take long', async () => {
    let send: (chunk: string) => void = ignore;
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        send = chunk => controller.enqueue(bytesOf(chunk));
      }
    });
    const heard: Told[] = [];
    const asking = new ScriptedServer(() => eventsOf(body))
      .api()
      .ask({ question: 'x' }, never, each => heard.push(each));
    send(event('step', STEP));
    await vi.waitFor(() => expect(heard).toEqual([STEP]));
    send(event('answer', ANSWER));
    expect(await asking).toEqual(ANSWER);
  });

  test.each([1, 2, 3, 7])(
    'chunks of %i bytes make no difference, because networks cut anywhere',
    async size => {
      const bytes = bytesOf(all.replaceAll('\n', '\r\n'));
      const chunks = [];
      for (let at = 0; at < bytes.length; at += size) {
        chunks.push(bytes.slice(at, at + size));
      }
      expect(await follow(stream(...chunks))).toMatchObject({
        told,
        ended: ANSWER
      });
    }
  );

  test('comments, other events and other fields are passed over, because later servers may send them', async () => {
    const { ended, ...rest } = await follow(
      stream(
        ': still here\n\nid: 7\nretry: 1\n\n' +
          event('later', {}) +
          'event: step\n\n' +
          'event: step\ndata: no JSON\n\n' +
          all
      )
    );
    expect(rest.told).toEqual(told);
    expect(ended).toEqual(ANSWER);
  });

  test('data on several lines are one, because that is how events are written', async () => {
    const [head, tail] = JSON.stringify(ANSWER).split(',"reading"');
    const { ended } = await follow(
      stream(`event:answer\ndata:${head}\ndata:,"reading"${tail}\n\n`)
    );
    expect(ended).toEqual(ANSWER);
  });

  test('an error keeps its words and choices, as where it is the whole reply', async () => {
    const { ended } = await follow(
      stream(event('step', STEP), event('error', { ...AMBIGUOUS, status: 409 }))
    );
    const { message, hint, kind, choices } = ended as Problem;
    expect({ message, hint, kind, choices }).toEqual(AMBIGUOUS);
  });

  test.each([
    ['nothing', ''],
    ['a step', event('step', STEP)],
    ['half an answer', event('answer', ANSWER).slice(0, 60)]
  ])(
    'one that ends after %s has broken off, because there is no answer',
    async (_, sent) => {
      const { ended } = await follow(stream(sent));
      expect(ended).toMatchObject({ kind: 'BrokenOff' });
      expect((ended as Problem).hint).toContain('Ask again');
    }
  );

  test('one whose network goes says that the server cannot be reached', async () => {
    let isSent = false;
    const body = new ReadableStream<Uint8Array>({
      pull: controller => {
        if (isSent) {
          controller.error(new TypeError('network error'));
        } else {
          controller.enqueue(bytesOf(event('step', STEP)));
          isSent = true;
        }
      }
    });
    expect(await follow(eventsOf(body))).toMatchObject({
      told: [STEP],
      ended: { kind: 'Unreachable' }
    });
  });

  test.each([
    [401, problem('Forbidden'), 'Forbidden'],
    [409, AMBIGUOUS, 'Ambiguous'],
    [429, problem('Busy'), 'Busy'],
    [422, problem('NotUnderstood'), 'NotUnderstood']
  ])(
    'an ordinary %i before the first event is a problem as ever',
    async (status, body, kind) => {
      const { ended } = await follow(json(body, status));
      expect(ended).toMatchObject({ kind, choices: body.choices });
    }
  );

  test('the body is let go after the answer, because the connection is wanted', async () => {
    const cancel = vi.fn();
    const body = new ReadableStream<Uint8Array>({
      start: controller => controller.enqueue(bytesOf(all)),
      cancel
    });
    expect((await follow(eventsOf(body))).ended).toEqual(ANSWER);
    expect(cancel).toHaveBeenCalledOnce();
  });
});
