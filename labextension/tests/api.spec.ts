import { describe, expect, test } from 'vitest';

import type { Problem } from '../src/api';
import {
  ANSWER,
  AMBIGUOUS,
  json,
  problem,
  ScriptedServer,
  shop,
  STATUS
} from './values';
import type { Replied } from './values';

const never = new AbortController().signal;

async function problemOf(replied: Replied): Promise<Problem> {
  const api = new ScriptedServer(() => replied).api();
  return (await api.readStatus().catch((error: unknown) => error)) as Problem;
}

describe('what is sent', () => {
  test('a body goes as JSON, because the server takes nothing else', async () => {
    const server = shop();
    await server.api().ask({ question: 'how many?' }, never);
    const [{ body, type }] = server.sent as [(typeof server.sent)[0]];
    expect(body).toEqual({ question: 'how many?' });
    expect(type).toBe('application/json');
  });

  test('a name is escaped in the address, because it may hold anything', async () => {
    const server = shop();
    await server.api().readSchema('a & b?/#');
    expect(server.routes).toEqual([
      'GET schema?datasource=a%20%26%20b%3F%2F%23'
    ]);
  });

  test('a schema is read anew only when that is said, because it may take long', async () => {
    const server = shop();
    await server.api().readSchema('demo', true);
    expect(server.routes).toEqual(['GET schema?datasource=demo&refresh=1']);
  });

  test('the base URL comes first, because servers lie behind prefixes', async () => {
    const server = new ScriptedServer(() => STATUS);
    await server.api().readStatus();
    expect(server.routes).toEqual(['GET status']);
  });
});

describe('what comes back', () => {
  test('an answer is handed on as it is', async () => {
    expect(await shop().api().ask({ question: 'x' }, never)).toEqual(ANSWER);
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
