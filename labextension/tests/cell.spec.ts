import { expect, test } from 'vitest';

import { cellOf } from '../src/cell';

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
