/** What outlives a reload of the page, and what the user has set. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { IPreferences } from './model';
import type { IDbChatModel } from './tokens';

const STATE = 'dbchat_magic:state';
const SECTIONS = 'dbchat_magic:sections';

const MILLISECONDS = 1000;

/** The datasource, the model and what is written in the box. */
export async function keepState(
  model: IDbChatModel,
  stateDB: IStateDB
): Promise<void> {
  const saved = await stateDB.fetch(STATE);
  if (isObject(saved)) {
    const { chosen, model: who, draft } = saved;
    if (typeof chosen === 'string' && model.state.chosen === null) {
      model.choose(chosen);
    }
    if (typeof who === 'string') {
      model.chooseModel(who);
    }
    if (typeof draft === 'string' && model.state.draft === '') {
      model.type(draft);
    }
  }
  let last = JSON.stringify(saved);
  model.changed.connect(({ state: { chosen, model: who, draft } }) => {
    const now = { chosen, model: who, draft };
    const written = JSON.stringify(now);
    if (written !== last) {
      last = written;
      void stateDB.save(STATE, now);
    }
  });
}

/** Whatever has sections that are open or not. */
export interface ISectioned {
  readonly sections: readonly boolean[];
  readonly sectionsChanged: ISignal<ISectioned, void>;
  setSections(open: readonly boolean[]): void;
}

export async function keepSections(
  panel: ISectioned,
  stateDB: IStateDB
): Promise<void> {
  const saved = await stateDB.fetch(SECTIONS);
  if (Array.isArray(saved)) {
    panel.setSections(saved.map(Boolean));
  }
  panel.sectionsChanged.connect(() => {
    void stateDB.save(SECTIONS, [...panel.sections]);
  });
}

/** The settings as the model takes them; one that does not fit counts as not set. */
export function readPreferences(
  settings: ReadonlyPartialJSONObject
): IPreferences {
  const { pollInterval, rowLimit, defaultDatasource } = settings;
  return {
    interval:
      MILLISECONDS *
      (typeof pollInterval === 'number' && pollInterval > 0
        ? pollInterval
        : 1.5),
    rows: typeof rowLimit === 'number' && rowLimit > 0 ? rowLimit : null,
    datasource:
      typeof defaultDatasource === 'string' && defaultDatasource !== ''
        ? defaultDatasource
        : null
  };
}

function isObject(value: unknown): value is ReadonlyPartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
