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
  const [type, setType] = useState(firstOf(kinds)?.name ?? '');
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

/** The kind that needs no server, where there is one. */
function firstOf(kinds: readonly IKind[]): IKind | undefined {
  return kinds.find(({ name }) => name === 'sqlite') ?? kinds[0];
}

function Field({ parameter }: { parameter: IParameter }): JSX.Element {
  const { label, type, choices } = parameter;
  const Control = choices.length > 0 ? Choice : type === 'boolean' ? Box : Line;
  return (
    <label>
      {label}
      <Control parameter={parameter} />
    </label>
  );
}

function Choice({ parameter }: { parameter: IParameter }): JSX.Element {
  const { name, required, description, choices } = parameter;
  return (
    <select
      className="jp-mod-styled"
      name={`params.${name}`}
      title={description}
      required={required}
      defaultValue={parameter.default ?? ''}
    >
      <option value="" />
      {choices.map(choice => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}

function Box({ parameter }: { parameter: IParameter }): JSX.Element {
  const { name, description } = parameter;
  return (
    <input
      name={`params.${name}`}
      type="checkbox"
      title={description}
      defaultChecked={Boolean(parameter.default)}
    />
  );
}

function Line({ parameter }: { parameter: IParameter }): JSX.Element {
  const { name, type, required, secret, description } = parameter;
  return (
    <input
      className="jp-mod-styled"
      name={`params.${name}`}
      type={secret ? 'password' : type === 'integer' ? 'number' : 'text'}
      placeholder={description}
      autoComplete={secret ? 'new-password' : 'off'}
      spellCheck={false}
      required={required}
      defaultValue={parameter.default ?? ''}
    />
  );
}

/** What was filled in; a field left empty is left out. */
function readFields(kind: IKind, fields: FormData): INewDatasource {
  const filled = kind.parameters.flatMap(parameter => {
    const value = valueOf(parameter, fields);
    return value === '' ? [] : [[parameter.name, value] as const];
  });
  return {
    name: textOf(fields, 'name').trim(),
    type: kind.name,
    params: Object.fromEntries(filled)
  };
}

/** Blanks around a password belong to it. */
function valueOf(
  { name, type, secret }: IParameter,
  fields: FormData
): string | number | boolean {
  const text = textOf(fields, `params.${name}`);
  const value = secret ? text : text.trim();
  if (value === '') {
    return '';
  }
  return type === 'boolean' ? true : type === 'integer' ? Number(value) : value;
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
