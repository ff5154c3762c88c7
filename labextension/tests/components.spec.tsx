import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, test, vi } from 'vitest';

import { AskPanel, type IAskPanelProps } from '../src/components/askpanel';
import { DatasourceForm, readForm } from '../src/components/datasourceform';
import { Datasources } from '../src/components/datasources';
import { HistoryList } from '../src/components/historylist';
import { Progress } from '../src/components/progress';
import { ResultTable } from '../src/components/resulttable';
import { StatusLine } from '../src/components/statusline';
import { TableTree } from '../src/components/tabletree';
import { VerifiedList } from '../src/components/verifiedlist';
import { BEGUN } from '../src/progress';
import type {
  IAnswer,
  IDatasource,
  IEntry,
  IProgress,
  ITables
} from '../src/tokens';
import { VERSION } from '../src/tokens';
import {
  AMBIGUOUS,
  ANSWER,
  CHOICES,
  COLUMNS,
  DEMO,
  HEAD,
  heads,
  MARKUP,
  MUSIC,
  problem,
  SERVER,
  STATUS,
  TABLES,
  TESTED,
  trans
} from './values';

const ASKED = { question: ANSWER.question, datasource: 'demo' };

function reportsOf() {
  return {
    onType: vi.fn(),
    onAsk: vi.fn(),
    onStop: vi.fn(),
    onBeginAnew: vi.fn(),
    onChooseModel: vi.fn(),
    onLook: vi.fn(),
    onTake: vi.fn(),
    onCopy: vi.fn(),
    onInsert: vi.fn(),
    onInsertFrame: vi.fn(),
    onSave: vi.fn(),
    onDrag: vi.fn()
  };
}

const AT_REST = {
  datasource: 'demo',
  table: 'orders',
  text: '',
  past: [],
  previous: null,
  models: null,
  model: null,
  isLooking: false,
  asking: null,
  progress: BEGUN,
  reply: null,
  rendermime: null,
  trans
};

/** With a text that is really typed. */
function renderPanel(changes: Partial<IAskPanelProps> = {}) {
  const reports = reportsOf();
  function Panel(props: Partial<IAskPanelProps>) {
    const [text, setText] = useState(props.text ?? '');
    const onType = (typed: string) => {
      reports.onType(typed);
      setText(typed);
    };
    return (
      <AskPanel
        {...AT_REST}
        {...reports}
        {...props}
        text={text}
        onType={onType}
      />
    );
  }
  const { rerender } = render(<Panel {...changes} />);
  return {
    ...reports,
    rerender: (others: Partial<IAskPanelProps>) =>
      rerender(<Panel {...changes} {...others} />)
  };
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
    const { rerender } = renderPanel();
    fireEvent.change(screen.getByRole('textbox'), { target: { value: 'x' } });
    screen.getByRole('button', { name: 'Ask' }).focus();
    rerender({ asking: ASKED });
    expect(document.activeElement).toBe(
      screen.getByRole('button', { name: 'Stop' })
    );
    rerender({ asking: null });
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
    fireEvent.click(screen.getByRole('button', { name: CHOICES[0]!.reading }));
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
      ([cell]) => ['', cell ?? null]
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
    const columns = [ANSWER.columns[0]!, ANSWER.columns[0]!];
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
    fireEvent.click(screen.getByRole('button', { name: CHOICES[1]!.reading }));
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
  function renderList(datasources: IDatasource[], testing: string[] = []) {
    const reports = {
      onChoose: vi.fn(),
      onTest: vi.fn(),
      onEdit: vi.fn(),
      onRemove: vi.fn()
    };
    render(
      <Datasources
        datasources={datasources}
        chosen="demo"
        testing={testing}
        trans={trans}
        {...reports}
      />
    );
    return reports;
  }

  test('a click chooses, and buttons test, change and remove; the demo has none, because it is built in', () => {
    const { onChoose, onTest, onEdit, onRemove } = renderList([MUSIC, DEMO]);
    expect(screen.getByRole('radio', { name: 'demo' })).toHaveProperty(
      'checked',
      true
    );
    fireEvent.click(screen.getByRole('radio', { name: 'music' }));
    expect(onChoose).toHaveBeenCalledWith('music');
    fireEvent.click(screen.getByRole('button', { name: 'Test music' }));
    expect(onTest).toHaveBeenCalledWith('music');
    fireEvent.click(screen.getByRole('button', { name: 'Change music' }));
    expect(onEdit).toHaveBeenCalledWith('music');
    fireEvent.click(screen.getByRole('button', { name: 'Remove music' }));
    expect(onRemove).toHaveBeenCalledWith('music');
    expect(screen.queryByRole('button', { name: /demo/ })).toBeNull();
  });

  test.each([
    [{ works: null }, 'never tested'],
    [{ works: true }, 'works'],
    [{ works: false, test_result: 'No such file.' }, 'fails: No such file.']
  ])('of one that is %o it says: %s', (state, words) => {
    renderList([{ ...MUSIC, ...state }]);
    expect(screen.getByTitle(words).textContent).toBe(words);
  });

  test('while it is tested it says so, and cannot be tested twice', () => {
    renderList([MUSIC], ['music']);
    expect(screen.getByTitle('is being tested')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Test music' })).toHaveProperty(
      'disabled',
      true
    );
  });
});

describe('the form of a datasource', () => {
  function renderForm(datasource: IDatasource | null = null) {
    const kinds = [SERVER, ...STATUS.kinds];
    const { container } = render(
      <DatasourceForm
        kinds={kinds}
        datasource={datasource}
        problem={null}
        tested={null}
        doing=""
        trans={trans}
      />
    );
    const form = container.querySelector('form')!;
    return () => readForm(form, kinds, datasource === null);
  }

  const fill = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } });

  test('it begins with a file, because that needs no server, and reads what was filled in', () => {
    const read = renderForm();
    fill('Name', ' music ');
    fill('File', 'music.sqlite');
    expect(read()).toEqual({
      name: 'music',
      type: 'sqlite',
      comment: '',
      params: { path: 'music.sqlite' }
    });
  });

  test('what is missing is for the browser to say, and nothing is sent', () => {
    const read = renderForm();
    fill('Name', 'music');
    expect(read()).toBeNull();
  });

  test('each field has the control that fits it, and a password is sent as typed', () => {
    const read = renderForm();
    fill('Kind', 'postgresql');
    expect(screen.getByLabelText('Password')).toHaveProperty(
      'type',
      'password'
    );
    fill('Name', 'shop');
    fill('Password', ' s3cret ');
    fill('Encryption', 'require');
    fireEvent.click(screen.getByLabelText('Allow powers'));
    expect(read()?.params).toEqual({
      host: 'localhost',
      port: 5432,
      password: ' s3cret ',
      sslmode: 'require',
      powers: true
    });
  });

  test('of one that is changed the password is never there, and what is emptied is sent so', () => {
    const params = { host: 'db', port: 1, password: '******', powers: true };
    const read = renderForm({ ...MUSIC, type: 'postgresql', params });
    expect(screen.queryByLabelText('Kind')).toBeNull();
    expect(screen.getByLabelText('Password')).toHaveProperty('value', '');
    fill('Port', '');
    fireEvent.click(screen.getByLabelText('Allow powers'));
    expect(read()?.params).toEqual({
      host: 'db',
      port: '',
      password: '',
      sslmode: '',
      powers: false
    });
  });

  test('what a test found and what went wrong are said in it, because it is mended there', () => {
    render(
      <DatasourceForm
        kinds={STATUS.kinds}
        datasource={MUSIC}
        problem={problem('DatasourceError')}
        tested={{ ...TESTED, can_write: true, remedy: 'CREATE ROLE reader' }}
        doing=""
        trans={trans}
      />
    );
    expect(screen.getByRole('alert').textContent).toContain('Try again.');
    expect(screen.getByText('It works: SQLite 3, 1 table.')).toBeTruthy();
    expect(screen.getByText(/could write/)).toBeTruthy();
    expect(screen.getByText('CREATE ROLE reader')).toBeTruthy();
  });
});

describe('the tables', () => {
  function renderTree(tables: Partial<ITables>) {
    const reports = {
      onSearch: vi.fn(),
      onNeed: vi.fn(),
      onToggle: vi.fn(),
      onRows: vi.fn(),
      onInsert: vi.fn(),
      onAsk: vi.fn()
    };
    const drawn = (change: Partial<ITables>) => (
      <TableTree tables={{ ...TABLES, ...change }} trans={trans} {...reports} />
    );
    const { rerender } = render(drawn(tables));
    return {
      ...reports,
      rerender: (change: Partial<ITables>) => rerender(drawn(change))
    };
  }

  test('a table unfolds to its columns with types and marks for keys', () => {
    const { onToggle, rerender } = renderTree({});
    const table = screen.getByRole('treeitem', { name: 'orders' });
    expect(table.getAttribute('aria-expanded')).toBe('false');
    expect(table.title).toContain('one line for each order');
    fireEvent.click(table);
    expect(onToggle).toHaveBeenCalledWith('orders');
    rerender({ open: new Map([['orders', null]]) });
    expect(screen.getByText('Reading the columns…')).toBeTruthy();
    rerender({ open: new Map([['orders', COLUMNS]]) });
    expect(screen.getByTitle('primary key')).toBeTruthy();
    expect(screen.getByTitle('refers to customers.customer_id')).toBeTruthy();
    expect(screen.getAllByText('INTEGER')).toHaveLength(2);
    expect(screen.getByTitle(/who ordered/)).toBeTruthy();
  });

  test('of five thousand only those in sight are drawn, because a page of all would crawl', () => {
    const { onNeed } = renderTree({ total: 5000, heads: heads(5000) });
    const drawn = screen.getAllByRole('treeitem');
    expect(drawn.length).toBeLessThan(60);
    expect(drawn[0]!.getAttribute('aria-setsize')).toBe('5000');
    const tree = screen.getByRole('tree');
    tree.scrollTop = 24 * 2500;
    fireEvent.scroll(tree);
    expect(screen.getByRole('treeitem', { name: 't2500' })).toBeTruthy();
    expect(screen.queryByRole('treeitem', { name: 't0' })).toBeNull();
    const [from, to] = onNeed.mock.lastCall as [number, number];
    expect(from).toBeLessThanOrEqual(2500);
    expect(to).toBeGreaterThanOrEqual(2500);
  });

  test('keys walk, open and close, because not everybody has a mouse', () => {
    const { onToggle } = renderTree({ total: 3, heads: heads(3) });
    const tree = screen.getByRole('tree');
    const isActive = () =>
      document.getElementById(tree.getAttribute('aria-activedescendant') ?? '')
        ?.textContent;
    fireEvent.keyDown(tree, { key: 'ArrowDown' });
    fireEvent.keyDown(tree, { key: 'ArrowDown' });
    expect(isActive()).toContain('t1');
    fireEvent.keyDown(tree, { key: 'End' });
    expect(isActive()).toContain('t2');
    fireEvent.keyDown(tree, { key: 'Home' });
    fireEvent.keyDown(tree, { key: 'ArrowRight' });
    expect(onToggle).toHaveBeenCalledWith('t0');
    fireEvent.keyDown(tree, { key: 'Enter' });
    expect(onToggle).toHaveBeenCalledTimes(2);
  });

  test('each table’s buttons say whose they are, and do not open it', () => {
    const odd = { ...HEAD, name: 'odd "one"', sql_name: '"odd ""one"""' };
    const { onRows, onInsert, onAsk, onToggle } = renderTree({ heads: [odd] });
    fireEvent.click(screen.getByRole('button', { name: /^First rows of odd/ }));
    expect(onRows).toHaveBeenCalledWith('odd "one"');
    fireEvent.click(screen.getByRole('button', { name: /^Insert odd/ }));
    expect(onInsert).toHaveBeenCalledWith('"odd ""one"""');
    fireEvent.click(screen.getByRole('button', { name: /^Ask about odd/ }));
    expect(onAsk).toHaveBeenCalledWith('odd "one"');
    expect(onToggle).not.toHaveBeenCalled();
  });

  test('a name is dragged as one writes it in SQL', () => {
    renderTree({ heads: [{ ...HEAD, sql_name: '"orders"' }] });
    const dataTransfer = { setData: vi.fn() };
    fireEvent.dragStart(screen.getByRole('treeitem'), { dataTransfer });
    expect(dataTransfer.setData).toHaveBeenCalledWith('text/plain', '"orders"');
  });

  test('a database without tables says so, because an empty space looks broken', () => {
    renderTree({ total: 0, heads: [] });
    expect(screen.getByText('demo has no tables.')).toBeTruthy();
  });

  test('words that are nowhere are told from a database without tables', () => {
    const { onSearch } = renderTree({ search: 'zorgle', heads: [] });
    expect(screen.getByText('No table or column is called so.')).toBeTruthy();
    fireEvent.change(screen.getByRole('searchbox'), {
      target: { value: ' x ' }
    });
    expect(onSearch).toHaveBeenCalledWith('x');
  });

  test('why a table’s columns cannot be read stands where they would', () => {
    renderTree({ open: new Map([['orders', problem('QueryFailed')]]) });
    expect(screen.getByText('It did not work. Try again.')).toBeTruthy();
  });
});

describe('history and verified answers', () => {
  const ENTRY: IEntry = {
    id: 7,
    asked: '2026-11-28T09:30:00Z',
    datasource: 'demo',
    question: 'how many orders',
    sql: 'SELECT 1',
    translator: 'offline',
    outcome: 'answered',
    rows: 1,
    seconds: 0.1
  };

  test('a click brings the question back, a button runs its SQL, and failed ones say why', () => {
    const reports = { onTake: vi.fn(), onRerun: vi.fn(), onOlder: vi.fn() };
    const failed = { ...ENTRY, id: 6, question: 'x', outcome: 'NotUnderstood' };
    render(
      <HistoryList
        history={{ entries: [ENTRY, failed], next: 6 }}
        trans={trans}
        {...reports}
      />
    );
    fireEvent.click(screen.getByText('how many orders'));
    expect(reports.onTake).toHaveBeenCalledWith(ENTRY);
    fireEvent.click(screen.getByRole('button', { name: /^Run the SQL of/ }));
    expect(reports.onRerun).toHaveBeenCalledWith(ENTRY);
    expect(screen.getByText(/NotUnderstood/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Older questions' }));
    expect(reports.onOlder).toHaveBeenCalledOnce();
  });

  test('a verified answer that fails says why it is not used', () => {
    const one = {
      id: 1,
      question: 'q',
      sql: 's',
      saved: '2026-01-02',
      fault: ''
    };
    const broken = { ...one, id: 2, question: 'r', fault: 'no such column' };
    const reports = { onRun: vi.fn(), onForget: vi.fn() };
    render(
      <VerifiedList
        verified={{ datasource: 'demo', verified: [one, broken] }}
        trans={trans}
        {...reports}
      />
    );
    expect(screen.getByText(/no such column/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Run “q”' }));
    expect(reports.onRun).toHaveBeenCalledWith(one);
    fireEvent.click(screen.getByRole('button', { name: 'Forget “r”' }));
    expect(reports.onForget).toHaveBeenCalledWith(broken);
  });
});

describe('before one asks', () => {
  const box = () => screen.getByRole('textbox');

  test('the arrows bring back what was asked, and then what was being written', () => {
    renderPanel({ past: ['newest', 'oldest'], text: 'draft' });
    const value = () => (box() as HTMLTextAreaElement).value;
    const press = (key: string) => fireEvent.keyDown(box(), { key });
    press('ArrowUp');
    expect(value()).toBe('newest');
    press('ArrowUp');
    press('ArrowUp');
    expect(value()).toBe('oldest');
    press('ArrowDown');
    press('ArrowDown');
    expect(value()).toBe('draft');
  });

  test('who answers can be chosen, and models are looked for only when that is asked for', () => {
    const models = {
      configured: 'gpt-x',
      models: [{ name: 'ollama/m', server: 'Ollama', address: '', note: '' }]
    };
    const { onChooseModel, onLook } = renderPanel({ models });
    const choice = screen.getByRole('combobox', { name: 'Who answers' });
    const choose = (value: string) =>
      fireEvent.change(choice, { target: { value } });
    choose('ollama/m');
    expect(onChooseModel).toHaveBeenLastCalledWith('ollama/m');
    choose('offline');
    expect(onChooseModel).toHaveBeenLastCalledWith('offline');
    expect(onLook).not.toHaveBeenCalled();
    choose(' look');
    expect(onLook).toHaveBeenCalledOnce();
  });

  test('the question that the next one follows is shown, and can be left behind', () => {
    const { onBeginAnew } = renderPanel({ previous: 'how many orders' });
    expect(screen.getByText('Follows “how many orders”')).toBeTruthy();
    fireEvent.click(
      screen.getByRole('button', { name: 'Begin a new conversation' })
    );
    expect(onBeginAnew).toHaveBeenCalledOnce();
  });

  test('Escape stops, because the button may be out of reach', () => {
    const { onStop } = renderPanel({ asking: ASKED });
    fireEvent.keyDown(box(), { key: 'Escape' });
    expect(onStop).toHaveBeenCalledOnce();
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
  const marked = { ...HEAD, name: MARKUP, comment: MARKUP, matches: [MARKUP] };
  const column = {
    ...COLUMNS[1]!,
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
        testing={[]}
        onChoose={vi.fn()}
        onTest={vi.fn()}
        onEdit={vi.fn()}
        onRemove={vi.fn()}
        trans={trans}
      />
      <TableTree
        tables={{
          ...TABLES,
          heads: [marked],
          open: new Map([[MARKUP, [column]]])
        }}
        onSearch={vi.fn()}
        onNeed={vi.fn()}
        onToggle={vi.fn()}
        onRows={vi.fn()}
        onInsert={vi.fn()}
        onAsk={vi.fn()}
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
  expect(container.textContent).toContain(MARKUP);
  expect(document.querySelector('img')).toBeNull();
});
