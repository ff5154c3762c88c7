import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { messages } from './messages.js';

const CATALOGUE = join(
  import.meta.dirname,
  '../../dbchat_magic/locale/zh_CN/LC_MESSAGES/dbchat_magic.json'
);

const chinese = JSON.parse(readFileSync(CATALOGUE, 'utf8'));

function placesIn(text) {
  return [...new Set(text.match(/%\d/g) ?? [])].sort();
}

test('whatever the sidebar says is said in Chinese, too, and nothing else is', () => {
  const translated = Object.keys(chinese).filter(key => key !== '');
  expect(translated.sort()).toEqual(messages());
});

test('its head is what JupyterLab reads', () => {
  expect(chinese['']).toMatchObject({
    language: 'zh-CN',
    plural_forms: 'nplurals=1; plural=0;'
  });
});

test.each(messages())('“%s” keeps the places for names and numbers', text => {
  const [translation = ''] = chinese[text] ?? [];
  expect(translation).not.toBe('');
  expect(placesIn(translation)).toEqual(placesIn(text));
});
