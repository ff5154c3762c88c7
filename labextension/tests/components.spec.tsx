import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, test, vi } from 'vitest';

import { AskPanel, type IAskPanelProps } from '../src/components/askpanel';
import { Datasources } from '../src/components/datasources';
import { NewDatasource } from '../src/components/newdatasource';
import { Progress } from '../src/components/progress';
import { ResultTable } from '../src/components/resulttable';
import { SchemaTree } from '../src/components/schematree';
import { StatusLine } from '../src/components/statusline';
import { BEGUN } from '../src/progress';
import type { IAnswer, IProgress } from '../src/tokens';
import { VERSION } from '../src/tokens';
import {
  AMBIGUOUS,
  ANSWER,
  CHOICES,
  DEMO,
  MARKUP,
  MUSIC,
  problem,
  SCHEMA,
  SERVER,
  STATUS,
  trans
} from './values';

const ASKED = { question: ANSWER.question, datasource: 'demo' };

function renderPanel(changes: Partial<IAskPanelProps> = {}) {
  const reports = {
    onAsk: vi.fn(),
    onStop: vi.fn(),
    onTake: vi.fn(),
    onCopy: vi.fn(),
    onInsert: vi.fn()
  };
  render(
    <AskPanel
      datasource="demo"
      table="orders"
      asking={null}
      progress={BEGUN}
      reply={null}
      trans={trans}
      {...reports}
      {...changes}
    />
  );
  return reports;
}

function renderProgress(progress: Partial<IProgress>) {
  return renderPanel({ asking: ASKED, progress: { ...BEGUN, ...progress } });
}

function renderAnswer(changes: Partial<IAnswer>) {
  return renderPanel({
    reply: { asked: ASKED, answer: { ...ANSWER, ...changes }, problem: null }
  });
}

describe('the ask box', () => {
  test('Enter asks, because that is quickest', () => {
    const { onAsk } = renderPanel();
    const box = screen.getByRole('textbox', { name: 'Question to demo' });
    fireEvent.change(box, { target: { value: 'how many?' } });
    fireEvent.keyDown(box, { key: 'Enter' });
    expect(onAsk).toHaveBeenCalledWith('how many?');
  });

  test('Shift+Enter and an unfinished character do not, because one is still typing', () => {
    const { onAsk } = renderPanel();
    const box = screen.getByRole('textbox');
    fireEvent.change(box, { target: { value: '多少' } });
    fireEvent.keyDown(box, { key: 'Enter', shiftKey: true });
    fireEvent.keyDown(box, { key: 'Enter', isComposing: true });
    expect(onAsk).not.toHaveBeenCalled();
  });

  test('an empty question cannot be asked', () => {
    const { onAsk } = renderPanel();
    fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
    expect(screen.getByRole('button', { name: 'Ask' })).toHaveProperty(
      'disabled',
      true
    );
    expect(onAsk).not.toHaveBeenCalled();
  });

  test('while it is asked the button stops, because a query may take long', () => {
    const { onStop } = renderPanel({ asking: ASKED });
    expect(screen.queryByRole('button', { name: 'Ask' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(onStop).toHaveBeenCalledOnce();
  });
});

describe('while it is answered', () => {
  test.each([
    ['schema', 'Reading the tables…'],
    ['translate', 'Translating…'],
    ['run', 'Running the SQL…'],
    ['repair', 'Mending: no such column: x'],
    ['a later step', 'Asking demo…']
  ])('of the step “%s” it says %s', (name, words) => {
    renderProgress({ step: { name, detail: 'no such column: x' } });
    const status = screen.getByRole('status');
    expect(status.textContent).toBe(words);
    expect(status.getAttribute('aria-live')).toBe('polite');
  });

  test('before the first step it says who is asked', () => {
    renderProgress({});
    expect(screen.getByRole('status').textContent).toBe('Asking demo…');
    expect(screen.queryByRole('region')).toBeNull();
  });

  test('what a model thinks is told from what it replies, because it is no SQL yet', () => {
    renderProgress({ reasoning: 'hm, customers', text: 'SELECT 1' });
    const written = screen.getByRole('region', {
      name: 'What the model writes'
    });
    expect(written.textContent).toBe('hm, customers\n\nSELECT 1');
    expect(screen.getByText('hm, customers').className).toBe(
      'jp-DbChat-reasoning'
    );
  });

  test('it follows what comes, unless one has scrolled up, because one reads there', () => {
    const panel = (text: string) => (
      <Progress datasource="demo" progress={{ ...BEGUN, text }} trans={trans} />
    );
    const { rerender } = render(panel('one'));
    const block = screen.getByRole('region');
    Object.defineProperty(block, 'scrollHeight', { value: 500 });
    Object.defineProperty(block, 'clientHeight', { value: 100 });
    rerender(panel('one two'));
    expect(block.scrollTop).toBe(500);
    block.scrollTop = 40;
    fireEvent.scroll(block);
    rerender(panel('one two three'));
    expect(block.scrollTop).toBe(40);
    block.scrollTop = 395;
    fireEvent.scroll(block);
    rerender(panel('one two three four'));
    expect(block.scrollTop).toBe(500);
  });

  test('focus stays where it is, because somebody works with the keys', () => {
    const props = {
      datasource: 'demo',
      table: null,
      progress: BEGUN,
      reply: null,
      trans,
      onAsk: vi.fn(),
      onStop: vi.fn(),
      onTake: vi.fn(),
      onCopy: vi.fn(),
      onInsert: vi.fn()
    };
    const { rerender } = render(<AskPanel {...props} asking={null} />);
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'x' } });
    screen.getByRole('button', { name: 'Ask' }).focus();
    rerender(<AskPanel {...props} asking={ASKED} />);
    expect(document.activeElement).toBe(
      screen.getByRole('button', { name: 'Stop' })
    );
    rerender(<AskPanel {...props} asking={null} />);
    expect(document.activeElement).toBe(
      screen.getByRole('button', { name: 'Ask' })
    );
  });
});

describe('an answer', () => {
  test('it says what a model took, and what that cost where it is known', () => {
    const usage = { prompt_tokens: 1100, completion_tokens: 7, calls: 1 };
    const count = (1100).toLocaleString();
    renderAnswer({});
    expect(document.body.textContent).not.toContain('tokens');
    renderAnswer({ usage: { ...usage, cost: null } });
    expect(screen.getByText(`${count} + 7 tokens`)).toBeTruthy();
    renderAnswer({ usage: { ...usage, cost: 0.000123 } });
    const cost = (0.00012).toLocaleString(undefined, {
      maximumSignificantDigits: 2
    });
    expect(
      screen.getByText(`${count} + 7 tokens, ${cost} US dollars`)
    ).toBeTruthy();
  });

  test('it says how it was read, what it did not use and what to know, because only then can it be trusted', () => {
    renderAnswer({
      ignored: ['pretty', 'please'],
      notes: ['Two tables were joined.']
    });
    expect(screen.getByText(ANSWER.reading)).toBeTruthy();
    expect(screen.getByText('Not used: pretty, please')).toBeTruthy();
    expect(screen.getByText('Two tables were joined.')).toBeTruthy();
  });

  test('the question stands above it once the box holds another one, because it is not to be guessed', () => {
    renderAnswer({});
    expect(screen.getByText(ANSWER.question)).toBeTruthy();
    fireEvent.change(screen.getByRole('textbox'), {
      target: { value: ANSWER.question }
    });
    expect(document.querySelector('.jp-DbChat-question')).toBeNull();
  });

  test('it says whose it is once another datasource is chosen, because it looks like that one’s', () => {
    renderAnswer({});
    expect(screen.queryByText('From demo')).toBeNull();
    renderAnswer({ datasource: 'music' });
    expect(screen.getByText('From music')).toBeTruthy();
  });

  test('SQL can be copied and the cell inserted', () => {
    const { onCopy, onInsert } = renderAnswer({});
    fireEvent.click(screen.getByRole('button', { name: 'Copy the SQL' }));
    expect(onCopy).toHaveBeenCalledWith(ANSWER.sql);
    fireEvent.click(
      screen.getByRole('button', { name: 'Insert as %%dbchat cell' })
    );
    expect(onInsert).toHaveBeenCalledOnce();
  });

  test('other readings can be taken afterwards', () => {
    const { onTake } = renderAnswer({ choices: CHOICES });
    fireEvent.click(screen.getByRole('button', { name: CHOICES[0].reading }));
    expect(onTake).toHaveBeenCalledWith(CHOICES[0]);
  });
});

describe('the rows', () => {
  test('numbers stand on the right and NULL is seen, because it is not an empty text', () => {
    render(
      <ResultTable
        answer={{
          ...ANSWER,
          rows: [
            ['', 600],
            [null, 3]
          ]
        }}
        trans={trans}
      />
    );
    expect(screen.getByRole('columnheader', { name: 'orders' }).className).toBe(
      'jp-DbChat-number'
    );
    expect(screen.getByRole('cell', { name: '600' }).className).toBe(
      'jp-DbChat-number'
    );
    expect(screen.getByText('NULL').className).toBe('jp-DbChat-null');
  });

  test('a column has the same decimals throughout and not too many, because it is to be compared', () => {
    const rows = [[3.6143497757847536], [4], [null], [0.0000012], [1e21]].map(
      ([cell]) => ['', cell]
    );
    render(<ResultTable answer={{ ...ANSWER, rows: rows }} trans={trans} />);
    const shown = [...document.querySelectorAll('td.jp-DbChat-number')].map(
      cell => cell.textContent
    );
    expect(shown).toEqual(['3.6143', '4.0000', 'NULL', '0.0000012', '1e+21']);
    expect(screen.getByTitle('3.6143497757847536')).toBeTruthy();
  });

  test('false and 0 are values, because they are not missing', () => {
    render(
      <ResultTable answer={{ ...ANSWER, rows: [[false, 0]] }} trans={trans} />
    );
    expect(screen.getByRole('cell', { name: 'false' })).toBeTruthy();
    expect(screen.getByRole('cell', { name: '0' })).toBeTruthy();
  });

  test('columns of one name are both shown, because databases give such', () => {
    const columns = [ANSWER.columns[0], ANSWER.columns[0]];
    render(
      <ResultTable
        answer={{ ...ANSWER, columns, rows: [['a', 'b']] }}
        trans={trans}
      />
    );
    expect(
      screen.getAllByRole('columnheader', { name: 'country' })
    ).toHaveLength(2);
    expect(screen.getByRole('cell', { name: 'b' })).toBeTruthy();
  });

  test('a cut answer says so, because the rest is in the database', () => {
    const rows = Array.from({ length: 1000 }, (_, number) => [
      String(number),
      number
    ]);
    render(
      <ResultTable
        answer={{ ...ANSWER, rows, row_count: 10000, truncated: true }}
        trans={trans}
      />
    );
    const count = `The first ${(10000).toLocaleString()} rows; there are more in the database; 100 shown here`;
    expect(screen.getByText(count)).toBeTruthy();
    expect(screen.getAllByRole('row')).toHaveLength(101);
  });

  test('no rows are a table too, because its columns tell something', () => {
    render(
      <ResultTable
        answer={{ ...ANSWER, rows: [], row_count: 0 }}
        trans={trans}
      />
    );
    expect(screen.getByText('0 rows')).toBeTruthy();
  });
});

describe('a question that was not answered', () => {
  test('the hint is shown, because it says what to try', () => {
    renderPanel({
      reply: { asked: ASKED, answer: null, problem: problem('NotUnderstood') }
    });
    expect(screen.getByRole('alert').textContent).toBe(
      'It did not work.Try again.'
    );
  });

  test('of several readings a click takes one', () => {
    const { onTake } = renderPanel({
      reply: { asked: ASKED, answer: null, problem: AMBIGUOUS }
    });
    fireEvent.click(screen.getByRole('button', { name: CHOICES[1].reading }));
    expect(onTake).toHaveBeenCalledWith(CHOICES[1]);
  });

  test('one that was stopped is no error, because it was wanted', () => {
    renderPanel({
      reply: { asked: ASKED, answer: null, problem: problem('Stopped') }
    });
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('datasources', () => {
  test('a click chooses and the bin reports, but the demo has none, because it is built in', () => {
    const onChoose = vi.fn();
    const onRemove = vi.fn();
    render(
      <Datasources
        datasources={[MUSIC, DEMO]}
        chosen="demo"
        onChoose={onChoose}
        onRemove={onRemove}
        trans={trans}
      />
    );
    expect(screen.getByRole('radio', { name: /demo/ })).toHaveProperty(
      'checked',
      true
    );
    fireEvent.click(screen.getByRole('radio', { name: /music/ }));
    expect(onChoose).toHaveBeenCalledWith('music');
    fireEvent.click(screen.getByRole('button', { name: 'Remove music' }));
    expect(onRemove).toHaveBeenCalledWith(MUSIC);
    expect(screen.queryByRole('button', { name: 'Remove demo' })).toBeNull();
  });

  test('the form sends what was filled in, and closes', async () => {
    const onAdd = vi.fn(() => Promise.resolve());
    const onClose = vi.fn();
    render(
      <NewDatasource
        kinds={STATUS.kinds}
        onAdd={onAdd}
        onClose={onClose}
        trans={trans}
      />
    );
    fireEvent.change(screen.getByLabelText('Name'), {
      target: { value: ' music ' }
    });
    fireEvent.change(screen.getByLabelText('File'), {
      target: { value: 'music.sqlite' }
    });
    fireEvent.submit(screen.getByRole('form'));
    expect(onAdd).toHaveBeenCalledWith({
      name: 'music',
      type: 'sqlite',
      params: { path: 'music.sqlite' }
    });
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  });

  test('each field has the control that fits it, and a password is sent as typed', async () => {
    const onAdd = vi.fn(() => Promise.resolve());
    render(
      <NewDatasource
        kinds={[SERVER, ...STATUS.kinds]}
        onAdd={onAdd}
        onClose={vi.fn()}
        trans={trans}
      />
    );
    expect(screen.getByLabelText('File')).toBeTruthy();
    const type = (label: string, value: string) =>
      fireEvent.change(screen.getByLabelText(label), { target: { value } });
    type('Kind', 'postgresql');
    expect(screen.getByLabelText('Password')).toHaveProperty(
      'type',
      'password'
    );
    type('Name', 'shop');
    type('Password', ' s3cret ');
    type('Encryption', 'require');
    fireEvent.click(screen.getByLabelText('Allow powers'));
    fireEvent.submit(screen.getByRole('form'));
    expect(onAdd).toHaveBeenCalledWith({
      name: 'shop',
      type: 'postgresql',
      params: {
        host: 'localhost',
        port: 5432,
        password: ' s3cret ',
        sslmode: 'require',
        powers: true
      }
    });
    await vi.waitFor(() => expect(onAdd).toHaveBeenCalledOnce());
  });

  test('a refusal stays in the form with what was typed, because it is to be mended there', async () => {
    const onAdd = vi.fn(() =>
      Promise.reject(Object.assign(new Error(), problem('DatasourceError')))
    );
    const onClose = vi.fn();
    render(
      <NewDatasource
        kinds={STATUS.kinds}
        onAdd={onAdd}
        onClose={onClose}
        trans={trans}
      />
    );
    fireEvent.change(screen.getByLabelText('Name'), {
      target: { value: 'demo' }
    });
    fireEvent.submit(screen.getByRole('form'));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'Try again.'
    );
    expect(screen.getByLabelText('Name')).toHaveProperty('value', 'demo');
    expect(onClose).not.toHaveBeenCalled();
  });
});

describe('the tables', () => {
  test('a table unfolds to its columns with types and marks for keys', () => {
    render(<SchemaTree schema={SCHEMA} trans={trans} />);
    const table = screen.getByRole('button', { name: /orders/ });
    expect(screen.queryByText('customer_id')).toBeNull();
    expect(table.getAttribute('aria-expanded')).toBe('false');
    expect(table.title).toContain('one line for each order');
    fireEvent.click(table);
    expect(screen.getByTitle('primary key')).toBeTruthy();
    expect(screen.getByTitle('refers to customers.customer_id')).toBeTruthy();
    expect(screen.getAllByText('INTEGER')).toHaveLength(2);
    expect(screen.getByTitle(/who ordered/)).toBeTruthy();
  });

  test('a database without tables says so, because an empty space looks broken', () => {
    render(<SchemaTree schema={{ ...SCHEMA, tables: [] }} trans={trans} />);
    expect(screen.getByText('demo has no tables.')).toBeTruthy();
  });
});

describe('the line on top', () => {
  test('nothing is said where all is well', () => {
    const { container } = render(
      <StatusLine
        outage={null}
        status={STATUS}
        version={VERSION}
        trans={trans}
      />
    );
    expect(container.textContent).toBe('');
  });

  test('another version is told, because the two may not understand each other', () => {
    render(
      <StatusLine
        outage={null}
        status={{ ...STATUS, version: '9.0' }}
        version="0.1.0"
        trans={trans}
      />
    );
    expect(screen.getByRole('status').textContent).toMatch(
      /0\.1\.0.*9\.0.*Restart/
    );
  });

  test('an outage is told with what to try', () => {
    render(
      <StatusLine
        outage={problem('Missing')}
        status={null}
        version={VERSION}
        trans={trans}
      />
    );
    expect(screen.getByRole('alert').textContent).toContain('Try again.');
  });
});

test('whatever comes from a database stays text, because a page that runs it would be taken over', () => {
  const columns = [{ name: MARKUP, type: 'text' as const }];
  const [table] = SCHEMA.tables;
  const marked = { ...table, name: MARKUP, comment: MARKUP };
  const column = {
    ...table.columns[1],
    name: MARKUP,
    type: MARKUP,
    comment: MARKUP
  };
  renderAnswer({
    reading: MARKUP,
    sql: MARKUP,
    notes: [MARKUP],
    ignored: [MARKUP],
    columns,
    rows: [[MARKUP]],
    choices: [{ reading: MARKUP, sql: MARKUP, confidence: 1 }]
  });
  const { container } = render(
    <>
      <Progress
        datasource={MARKUP}
        progress={{
          step: { name: 'repair', detail: MARKUP },
          reasoning: MARKUP,
          text: MARKUP
        }}
        trans={trans}
      />
      <Datasources
        datasources={[{ ...MUSIC, name: MARKUP, comment: MARKUP }]}
        chosen={MARKUP}
        onChoose={vi.fn()}
        onRemove={vi.fn()}
        trans={trans}
      />
      <SchemaTree
        schema={{ ...SCHEMA, tables: [{ ...marked, columns: [column] }] }}
        trans={trans}
      />
      <StatusLine
        outage={{ message: MARKUP, hint: MARKUP, kind: 'Bug', choices: [] }}
        status={null}
        version={VERSION}
        trans={trans}
      />
    </>
  );
  fireEvent.click(
    screen.getByRole('button', { name: /^<img/, expanded: false })
  );
  expect(container.textContent).toContain(MARKUP);
  expect(document.querySelector('img')).toBeNull();
});
