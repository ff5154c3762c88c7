/** The datasources: which one is asked, and a button to remove one. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

import type { IDatasource } from '../tokens';

export interface IDatasourcesProps {
  readonly datasources: readonly IDatasource[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
  readonly onRemove: (datasource: IDatasource) => void;
  readonly trans: TranslationBundle;
}

export function Datasources(props: IDatasourcesProps): JSX.Element {
  const { datasources, trans } = props;
  return (
    <ul
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
    </ul>
  );
}

interface IDatasourceItemProps extends IDatasourcesProps {
  readonly datasource: IDatasource;
}

function DatasourceItem(props: IDatasourceItemProps): JSX.Element {
  const { datasource, chosen, onChoose, onRemove, trans } = props;
  const { name, builtin } = datasource;
  return (
    <li className="jp-DbChat-datasource" role="none">
      <label title={titleOf(datasource)}>
        <input
          type="radio"
          name="jp-DbChat-datasource"
          checked={name === chosen}
          onChange={() => onChoose(name)}
        />
        <span className="jp-DbChat-name">{name}</span>
        <span className="jp-DbChat-detail">
          {builtin ? trans.__('built in') : datasource.type}
        </span>
      </label>
      {!builtin && (
        <button
          className="jp-DbChat-iconButton"
          title={trans.__('Remove')}
          aria-label={trans.__('Remove %1', name)}
          onClick={() => onRemove(datasource)}
        >
          <deleteIcon.react tag="span" stylesheet="menuItem" />
        </button>
      )}
    </li>
  );
}

function titleOf({ name, params, comment, test_result }: IDatasource): string {
  const fields = Object.entries(params).map(
    ([key, value]) => `${key}: ${value}`
  );
  return [name, comment, ...fields, test_result].filter(Boolean).join('\n');
}
