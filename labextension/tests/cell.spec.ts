import { expect, test } from 'vitest';

import { cellOf, frameCellOf, isSqlCell, variableOf } from '../src/cell';

test('a cell names the datasource and holds the question to the letter', () => {
  const cell = cellOf({
    question: "what's left?\nby store",
    datasource: 'demo'
  });
  expect(cell).toBe("%%dbchat -d demo\nwhat's left?\nby store");
});

test('a choice goes in as its SQL, because the same question would be ambiguous again', () => {
  const cell = cellOf({
    question: 'orders',
    datasource: 'demo',
    sql: 'SELECT 1;'
  });
  expect(cell).toBe('%%dbchat -d demo --sql\nSELECT 1;');
});

test.each([
  ['my shop', '"my shop"'],
  ['the "new" one', `'the "new" one'`],
  ['Ada’s', 'Ada’s'],
  ["Ada's", `"Ada's"`]
])('the name %s is quoted, because the magic reads words', (name, quoted) => {
  expect(cellOf({ question: 'x', datasource: name })).toBe(
    `%%dbchat -d ${quoted}\nx`
  );
});

test('a semicolon at the end goes, because it would silence the cell', () => {
  expect(cellOf({ question: 'how many? ; ', datasource: 'demo' })).toBe(
    '%%dbchat -d demo\nhow many?'
  );
});

test('a model that was chosen is asked by the cell, too', () => {
  const asked = { question: 'x', datasource: 'demo', model: 'ollama/m' };
  expect(cellOf(asked)).toBe('%%dbchat -d demo -m ollama/m\nx');
});

test('a DataFrame cell keeps the rows under a name', () => {
  expect(frameCellOf({ question: 'x', datasource: 'demo' }, 'df')).toBe(
    '%%dbchat -d demo df = <<\nx'
  );
});

test.each([
  ['How many orders are there per country?', '', 'orders_country'],
  ['2024', '', 'answer_2024'],
  ['多少订单', '', 'answer'],
  ['orders', 'orders = 1\norders_2 = 2', 'orders_3'],
  ['class of 2024', '', 'answer_2024']
])('the rows of %s are called %s', (question, taken, name) => {
  expect(variableOf(question, taken)).toBe(name);
});

test.each([
  ['%%dbchat --sql\nSELECT 1', true],
  ['%%dbchat -d demo -s\nSELECT 1', true],
  ['\n%%dbchat --sql x <<\nSELECT 1', true],
  ['%%dbchat -d demo\nhow many --sql', false],
  ['%%dbchat -d no--sql\nx', false],
  ['# %%dbchat --sql', false],
  ['%%sql\nSELECT 1', false]
])('%j is SQL: %s', (source, is) => {
  expect(isSqlCell(source)).toBe(is);
});
