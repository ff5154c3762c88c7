import type { IStateDB } from '@jupyterlab/statedb';
import { describe, expect, test, vi } from 'vitest';

import { DbChatModel } from '../src/model';
import { keepState, readPreferences } from '../src/remembered';
import { MUSIC, shop } from './values';

/** What JupyterLab keeps between two loads of the page. */
function stateWith(saved: Record<string, unknown>): IStateDB {
  return {
    fetch: (name: string) => Promise.resolve(saved[name]),
    save: (name: string, value: unknown) => {
      saved[name] = value;
      return Promise.resolve();
    }
  } as unknown as IStateDB;
}

describe('what outlives a reload', () => {
  test('the datasource, the model and a half-written question are there again', async () => {
    const saved: Record<string, unknown> = {};
    const first = new DbChatModel(shop([MUSIC]).api());
    await keepState(first, stateWith(saved));
    await first.refresh();
    first.choose('demo');
    first.chooseModel('ollama/m');
    first.type('half a quest');

    const second = new DbChatModel(shop([MUSIC]).api());
    await keepState(second, stateWith(saved));
    await second.refresh();
    expect(second.state).toMatchObject({
      chosen: 'demo',
      model: 'ollama/m',
      draft: 'half a quest'
    });
  });

  test('what somebody else has written there is passed over, because it is not ours to trust', async () => {
    const saved = { 'dbchat_magic:state': { chosen: 7, model: [], draft: {} } };
    const model = new DbChatModel(shop().api());
    await keepState(model, stateWith(saved));
    await model.refresh();
    expect(model.state).toMatchObject({
      chosen: 'demo',
      model: null,
      draft: ''
    });
  });

  test('nothing is written where nothing has changed', async () => {
    const database = stateWith({});
    const save = vi.spyOn(database, 'save');
    const model = new DbChatModel(shop().api());
    await keepState(model, database);
    await model.refresh();
    const { length } = save.mock.calls;
    await model.refresh();
    expect(save.mock.calls).toHaveLength(length);
  });
});

test.each([
  [
    { pollInterval: 3, rowLimit: 50, defaultDatasource: 'shop' },
    { interval: 3000, rows: 50, datasource: 'shop' }
  ],
  [{}, { interval: 1500, rows: null, datasource: null }],
  [
    { pollInterval: -1, rowLimit: 0, defaultDatasource: '' },
    { interval: 1500, rows: null, datasource: null }
  ],
  [
    { pollInterval: 'x', rowLimit: 'y', defaultDatasource: 5 },
    { interval: 1500, rows: null, datasource: null }
  ]
])('of the settings %o comes %o', (settings, preferences) => {
  expect(readPreferences(settings)).toEqual(preferences);
});
