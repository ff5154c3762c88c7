/** Who answers: the built-in translator, the configured model, or one that was found. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';

import type { IModels } from '../tokens';

/** Names of translators, not of models. */
const OFFLINE = 'offline';
const CONFIGURED = '';
const LOOK = ' look';

export interface IModelChoiceProps {
  /** null: not read yet. */
  readonly models: IModels | null;
  /** null: whoever is configured. */
  readonly model: string | null;
  readonly isLooking: boolean;
  readonly onChoose: (model: string | null) => void;
  readonly onLook: () => void;
  readonly trans: TranslationBundle;
}

export function ModelChoice(props: IModelChoiceProps): JSX.Element | null {
  const { models, model, isLooking, onChoose, onLook, trans } = props;
  if (models === null) {
    return null;
  }
  const { configured } = models;
  const builtIn = trans.__('Built in, without a model');
  const others = models.models.filter(
    ({ name }) => name !== configured && name !== OFFLINE
  );
  const isGone =
    model !== null &&
    model !== OFFLINE &&
    others.every(({ name }) => name !== model);
  return (
    <select
      className="jp-DbChat-model jp-mod-styled"
      aria-label={trans.__('Who answers')}
      title={trans.__('Who answers')}
      value={model ?? CONFIGURED}
      disabled={isLooking}
      onChange={({ target: { value } }) =>
        value === LOOK ? onLook() : onChoose(value || null)
      }
    >
      <option value={CONFIGURED}>
        {configured === OFFLINE ? builtIn : configured}
      </option>
      {configured !== OFFLINE && <option value={OFFLINE}>{builtIn}</option>}
      {isGone && <option value={model}>{model}</option>}
      {others.map(({ name, server, note }) => (
        <option key={`${server} ${name}`} value={name} title={note}>
          {server ? trans.__('%1 (%2)', name, server) : name}
        </option>
      ))}
      <option value={LOOK}>
        {isLooking
          ? trans.__('Looking for models…')
          : trans.__('Look for models…')}
      </option>
    </select>
  );
}
