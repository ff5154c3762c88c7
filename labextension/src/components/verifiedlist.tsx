/** Questions with the SQL that somebody has verified as their answer. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { deleteIcon, runIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';

import type { IVerified, IVerifiedList } from '../tokens';
import { IconButton } from './iconbutton';

export interface IVerifiedListProps {
  /** null: not read yet. */
  readonly verified: IVerifiedList | null;
  readonly onRun: (verified: IVerified) => void;
  readonly onForget: (verified: IVerified) => void;
  readonly trans: TranslationBundle;
}

export function VerifiedList(props: IVerifiedListProps): JSX.Element {
  const { verified, trans } = props;
  if (verified === null || verified.verified.length === 0) {
    return (
      <p className="jp-DbChat-hint">
        {verified === null
          ? trans.__('Reading…')
          : trans.__(
              'None for %1 yet. Save an answer that you have checked: the same question gets it again, in every notebook.',
              verified.datasource
            )}
      </p>
    );
  }
  return (
    <ul className="jp-DbChat-list" aria-label={trans.__('Verified answers')}>
      {verified.verified.map(each => (
        <VerifiedItem key={each.id} {...props} one={each} />
      ))}
    </ul>
  );
}

function VerifiedItem(
  props: IVerifiedListProps & { readonly one: IVerified }
): JSX.Element {
  const { one, onRun, onForget, trans } = props;
  const { question, sql, fault, saved } = one;
  return (
    <li className="jp-DbChat-entry">
      <button
        className="jp-DbChat-entryText"
        title={sql}
        onClick={() => onRun(one)}
      >
        <span className="jp-DbChat-entryQuestion">{question}</span>
        {fault ? (
          <span className="jp-DbChat-fault">
            {trans.__('Not used, since it fails: %1', fault)}
          </span>
        ) : (
          <span className="jp-DbChat-hint">
            {trans.__('saved on %1', saved.slice(0, 10))}
          </span>
        )}
      </button>
      <span className="jp-DbChat-actions">
        <IconButton
          icon={runIcon}
          label={trans.__('Run “%1”', question)}
          title={trans.__('Run')}
          onClick={() => onRun(one)}
        />
        <IconButton
          icon={deleteIcon}
          label={trans.__('Forget “%1”', question)}
          title={trans.__('Forget')}
          onClick={() => onForget(one)}
        />
      </span>
    </li>
  );
}
