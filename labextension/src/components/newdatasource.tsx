/** The form to add a datasource, drawn from the kinds that the server knows. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { type JSX, type FormEvent, useState } from 'react';

import type { IKind, INewDatasource, IParameter, IProblem } from '../tokens';
import { ProblemText } from './problem';

export interface INewDatasourceProps {
  readonly kinds: readonly IKind[];
  /** Rejects with an `IProblem`, which the form shows. */
  readonly onAdd: (datasource: INewDatasource) => Promise<void>;
  readonly onClose: () => void;
  readonly trans: TranslationBundle;
}

export function NewDatasource(props: INewDatasourceProps): JSX.Element | null {
  const { kinds, onAdd, onClose, trans } = props;
  const [type, setType] = useState(kinds[0]?.name ?? '');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<IProblem | null>(null);
  const kind = kinds.find(each => each.name === type);
  if (!kind) {
    return null;
  }

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      await onAdd(readFields(kind, fields));
      onClose();
    } catch (error) {
      setProblem(error as IProblem);
      setBusy(false);
    }
  };

  return (
    <form
      className="jp-DbChat-form"
      aria-label={trans.__('Add a datasource')}
      onSubmit={event => void submit(event)}
      onKeyDown={event => event.key === 'Escape' && onClose()}
    >
      {kinds.length > 1 && (
        <label>
          {trans.__('Kind')}
          <select
            className="jp-mod-styled"
            value={type}
            onChange={event => setType(event.target.value)}
          >
            {kinds.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {trans.__('Name')}
        <input className="jp-mod-styled" name="name" required autoFocus />
      </label>
      {kind.parameters.map(parameter => (
        <Field key={`${type} ${parameter.name}`} parameter={parameter} />
      ))}
      {problem && (
        <div ref={node => node?.scrollIntoView({ block: 'nearest' })}>
          <ProblemText problem={problem} />
        </div>
      )}
      <div className="jp-DbChat-buttons">
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject"
          onClick={onClose}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="submit"
          className="jp-mod-styled jp-mod-accept"
          disabled={isBusy}
        >
          {isBusy ? trans.__('Adding…') : trans.__('Add')}
        </button>
      </div>
    </form>
  );
}

function Field({ parameter }: { parameter: IParameter }): JSX.Element {
  const { label, name, type, required, secret, description } = parameter;
  return (
    <label>
      {label}
      <input
        className="jp-mod-styled"
        name={`params.${name}`}
        type={secret ? 'password' : type === 'integer' ? 'number' : 'text'}
        placeholder={description}
        autoComplete="off"
        spellCheck={false}
        required={required}
        defaultValue={parameter.default ?? ''}
      />
    </label>
  );
}

/** What was filled in; a field left empty is left out. */
function readFields(kind: IKind, fields: FormData): INewDatasource {
  const filled = kind.parameters.flatMap(({ name, type }) => {
    const text = textOf(fields, `params.${name}`);
    const value = type === 'integer' ? Number(text) : text;
    return text ? [[name, value] as const] : [];
  });
  return {
    name: textOf(fields, 'name'),
    type: kind.name,
    params: Object.fromEntries(filled)
  };
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
