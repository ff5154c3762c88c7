import { expect, test } from 'vitest';

import { version } from '../package.json';
import { CommandIDs, VERSION } from '../src/tokens';

test('commands are named dbchat:verb-noun', () => {
  for (const command of Object.values(CommandIDs)) {
    expect(command).toMatch(/^dbchat:[a-z]+-[a-z]+$/);
  }
});

test('the version is the one of the package, because it is compared with the server’s', () => {
  expect(VERSION).toBe(version);
});
