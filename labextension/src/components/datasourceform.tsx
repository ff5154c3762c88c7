/** The fields of a datasource, drawn from the kinds that the server knows. A password is read from it and kept nowhere. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { type JSX, useState } from 'react';

import type {
  IDatasource,
  IDatasourceChange,
  IKind,
  IParameter,
  IProblem,
  ITested
} from '../tokens';
import { ProblemText } from './problem';

export interface IDatasourceFormProps {
  readonly kinds: readonly IKind[];
  /** The one that is changed; null: a new one. */
  readonly datasource: IDatasource | null;
  readonly problem: IProblem | null;
  /** What its test found. */
  readonly tested: ITested | null;
  /** What is being done; empty: nothing. */
  readonly doing: string;
  readonly trans: TranslationBundle;
}

export function DatasourceForm(props: IDatasourceFormProps): JSX.Element {
  const { kinds, datasource, problem, tested, doing, trans } = props;
  const [type, setType] = useState(
    datasource?.type ?? firstOf(kinds)?.name ?? ''
  );
  const kind = kinds.find(each => each.name === type);
  return (
    <form className="jp-DbChat-form" data-kind={type}>
      {!datasource && (
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
        <input
          className="jp-mod-styled"
          name="name"
          required
          autoComplete="off"
          spellCheck={false}
          defaultValue={datasource?.name ?? ''}
        />
      </label>
      {kind?.parameters.map(parameter => (
        <Field
          key={`${type} ${parameter.name}`}
          parameter={parameter}
          datasource={datasource}
          trans={trans}
        />
      ))}
      <label>
        {trans.__('Comment')}
        <input
          className="jp-mod-styled"
          name="comment"
          autoComplete="off"
          placeholder={trans.__('What it holds, for people')}
          defaultValue={datasource?.comment ?? ''}
        />
      </label>
      {problem && (
        <div ref={node => node?.scrollIntoView({ block: 'nearest' })}>
          <ProblemText problem={problem} />
        </div>
      )}
      <div role="status" aria-live="polite">
        {doing || (tested && <Tested tested={tested} trans={trans} />)}
      </div>
    </form>
  );
}

function Tested({
  tested,
  trans
}: {
  readonly tested: ITested;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { tables, version, can_write, notes, remedy } = tested;
  const found = trans._n('%1 table', '%1 tables', tables);
  return (
    <div className="jp-DbChat-tested">
      <div>{trans.__('It works: %1, %2.', version, found)}</div>
      {can_write && (
        <div className="jp-DbChat-note">
          {trans.__(
            'This role could write in a session of its own; safer is one that cannot.'
          )}
        </div>
      )}
      {notes.map((note, index) => (
        <div key={index} className="jp-DbChat-note">
          {note}
        </div>
      ))}
      {remedy && <pre>{remedy}</pre>}
    </div>
  );
}

/** What was filled in; null where something is missing, which the browser shows. Of a new one what is empty is left out. */
export function readForm(
  form: HTMLFormElement,
  kinds: readonly IKind[],
  isNew: boolean
): IDatasourceChange | null {
  const kind = kinds.find(({ name }) => name === form.dataset['kind']);
  if (!kind || !form.reportValidity()) {
    return null;
  }
  const fields = new FormData(form);
  const filled = kind.parameters.map(
    parameter => [parameter.name, valueOf(parameter, fields)] as const
  );
  return {
    name: textOf(fields, 'name').trim(),
    type: kind.name,
    comment: textOf(fields, 'comment').trim(),
    params: Object.fromEntries(
      isNew
        ? filled.filter(([, value]) => value !== '' && value !== false)
        : filled
    )
  };
}

/** The kind that needs no server, where there is one. */
function firstOf(kinds: readonly IKind[]): IKind | undefined {
  return kinds.find(({ name }) => name === 'sqlite') ?? kinds[0];
}

interface IFieldProps {
  readonly parameter: IParameter;
  readonly datasource: IDatasource | null;
  readonly trans: TranslationBundle;
}

function Field(props: IFieldProps): JSX.Element {
  const { label, type, choices } = props.parameter;
  const Control = choices.length > 0 ? Choice : type === 'boolean' ? Box : Line;
  return (
    <label>
      {label}
      <Control {...props} />
    </label>
  );
}

function Choice({ parameter, datasource }: IFieldProps): JSX.Element {
  const { name, required, description, choices } = parameter;
  return (
    <select
      className="jp-mod-styled"
      name={`params.${name}`}
      title={description}
      required={required}
      defaultValue={String(startOf(parameter, datasource))}
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

function Box({ parameter, datasource }: IFieldProps): JSX.Element {
  const { name, description } = parameter;
  return (
    <input
      name={`params.${name}`}
      type="checkbox"
      title={description}
      defaultChecked={Boolean(startOf(parameter, datasource))}
    />
  );
}

function Line({ parameter, datasource, trans }: IFieldProps): JSX.Element {
  const { name, type, required, secret, description } = parameter;
  const isKept = secret && datasource?.params[name] !== undefined;
  return (
    <input
      className="jp-mod-styled"
      name={`params.${name}`}
      type={secret ? 'password' : type === 'integer' ? 'number' : 'text'}
      title={description}
      placeholder={isKept ? trans.__('stays as it is') : description}
      autoComplete={secret ? 'new-password' : 'off'}
      spellCheck={false}
      required={required && !isKept}
      defaultValue={String(startOf(parameter, datasource))}
    />
  );
}

/** What stands in a field at first: of a secret, nothing. */
function startOf(
  { name, secret, default: usual }: IParameter,
  datasource: IDatasource | null
): string | number | boolean {
  if (secret) {
    return '';
  }
  return (datasource ? datasource.params[name] : usual) ?? '';
}

/** Blanks around a password belong to it. */
function valueOf(
  { name, type, secret }: IParameter,
  fields: FormData
): string | number | boolean {
  const text = textOf(fields, `params.${name}`);
  const value = secret ? text : text.trim();
  if (type === 'boolean') {
    return value !== '';
  }
  return type === 'integer' && value !== '' ? Number(value) : value;
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
