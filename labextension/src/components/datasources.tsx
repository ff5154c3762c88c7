/** The datasources: which one is asked, whether it worked when it was last tested, and what can be done with each. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon, editIcon, refreshIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

import type { IDatasource } from '../tokens';
import { IconButton } from './iconbutton';

export interface IDatasourcesProps {
  readonly datasources: readonly IDatasource[];
  readonly chosen: string | null;
  /** The names of those that are being tested. */
  readonly testing: readonly string[];
  readonly onChoose: (name: string) => void;
  readonly onTest: (name: string) => void;
  readonly onEdit: (name: string) => void;
  readonly onRemove: (name: string) => void;
  readonly trans: TranslationBundle;
}

export function Datasources(props: IDatasourcesProps): JSX.Element {
  const { datasources, trans } = props;
  return (
    <div
      className="jp-DbChat-datasources"
      role="radiogroup"
      aria-label={trans.__('Datasource to ask')}
    >
      {datasources.map(datasource => (
        <DatasourceItem
          key={datasource.id}
          datasource={datasource}
          {...props}
        />
      ))}
    </div>
  );
}

interface IDatasourceItemProps extends IDatasourcesProps {
  readonly datasource: IDatasource;
}

function DatasourceItem(props: IDatasourceItemProps): JSX.Element {
  const { datasource, chosen, onChoose, trans } = props;
  const { name, builtin, type } = datasource;
  return (
    <div className="jp-DbChat-datasource">
      <label title={titleOf(datasource)}>
        <input
          type="radio"
          name="jp-DbChat-datasource"
          aria-label={name}
          aria-describedby={`jp-DbChat-state-${datasource.id}`}
          checked={name === chosen}
          onChange={() => onChoose(name)}
        />
        <State {...props} />
        <span className="jp-DbChat-name">{name}</span>
        <span className="jp-DbChat-detail">
          {builtin ? trans.__('built in') : type}
        </span>
      </label>
      {!builtin && <Actions {...props} />}
    </div>
  );
}

/** A dot, and in words what it means. */
function State({
  datasource,
  testing,
  trans
}: IDatasourceItemProps): JSX.Element {
  const { id, name, builtin, works, test_result } = datasource;
  const isTesting = testing.includes(name);
  const state = isTesting
    ? 'testing'
    : builtin || works === true
      ? 'works'
      : works === false
        ? 'fails'
        : 'untested';
  const words = {
    testing: trans.__('is being tested'),
    works: builtin ? trans.__('built in') : trans.__('works'),
    fails: trans.__('fails: %1', test_result),
    untested: trans.__('never tested')
  }[state];
  return (
    <span
      id={`jp-DbChat-state-${id}`}
      className={`jp-DbChat-state jp-mod-${state}`}
      title={words}
    >
      <span className="jp-DbChat-unseen">{words}</span>
    </span>
  );
}

function Actions(props: IDatasourceItemProps): JSX.Element {
  const { onTest, onEdit, onRemove, trans, testing } = props;
  const { name } = props.datasource;
  return (
    <span className="jp-DbChat-actions">
      <IconButton
        icon={refreshIcon}
        label={trans.__('Test %1', name)}
        title={trans.__('Test')}
        isOff={testing.includes(name)}
        onClick={() => onTest(name)}
      />
      <IconButton
        icon={editIcon}
        label={trans.__('Change %1', name)}
        title={trans.__('Change')}
        onClick={() => onEdit(name)}
      />
      <IconButton
        icon={deleteIcon}
        label={trans.__('Remove %1', name)}
        title={trans.__('Remove')}
        onClick={() => onRemove(name)}
      />
    </span>
  );
}

function titleOf({ name, params, comment, test_result }: IDatasource): string {
  const fields = Object.entries(params).map(
    ([key, value]) => `${key}: ${value}`
  );
  return [name, comment, ...fields, test_result].filter(Boolean).join('\n');
}
