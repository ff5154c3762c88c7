/** The lint of the sidebar and of its tests. ESLint runs in the folder above; the tools lie in this one. */

import jupyter from '@jupyter/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Each imports from those before it only; what stands on one line does not import one another. */
const LAYERS = [
  ['tokens', 'events'],
  ['problems'],
  ['api', 'cell', 'drag', 'icons', 'progress'],
  ['tables'],
  ['model'],
  ['notebook', 'remembered'],
  ['components/'],
  ['dialogs'],
  ['commands', 'sidebar'],
  ['index']
];

/** The state and what is below it know no widget. */
const STATE = [
  'tokens',
  'events',
  'problems',
  'api',
  'cell',
  'progress',
  'tables',
  'model',
  'remembered'
];
const WIDGETS = [
  '@lumino/widgets',
  '@jupyterlab/apputils',
  '@jupyterlab/ui-components',
  'react'
];

export default [
  {
    ignores: ['lib/**', '**/node_modules/**']
  },
  ...tseslint.configs.strictTypeChecked.map(config => ({
    ...config,
    files: ['src/**/*.{ts,tsx}', 'tests/*.{ts,tsx}']
  })),
  {
    files: ['src/**/*.{ts,tsx}', 'tests/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: {
        project: './tsconfig.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A token has the name of its interface: that is how JupyterLab's plugins are joined.
      '@typescript-eslint/no-redeclare': 'off',
      // Counts stand in sentences.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true }
      ],
      // Handlers of events are arrows of one call.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true }
      ]
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { jupyter },
    rules: {
      'jupyter/command-id-convention': 'error',
      'jupyter/incorrect-translator-usage': 'error',
      'jupyter/no-dynamic-translation': 'error',
      'jupyter/no-pageconfig-base-url': 'error',
      'jupyter/no-translation-concatenation': 'error',
      'jupyter/no-untranslated-string': 'error',
      'jupyter/plugin-activation-args': 'error',
      'jupyter/plugin-description': 'error',
      'jupyter/plugin-id-convention': 'error',
      'jupyter/token-format': 'error'
    }
  },
  {
    files: ['tests/*.{ts,tsx}'],
    rules: {
      // A test knows its values.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off'
    }
  },
  ...LAYERS.flatMap((layer, index) =>
    layer.map(file => ({
      files: [file.endsWith('/') ? `src/${file}**` : `src/${file}.{ts,tsx}`],
      rules: {
        'no-restricted-imports': ['error', { patterns: forbidden(file, index) }]
      }
    }))
  )
];

/** Whatever stands to the right of this layer, and widgets where they are not known. */
function forbidden(file, index) {
  const later = LAYERS.slice(index).flat();
  const others = later.filter(name => name !== file);
  const group = others.flatMap(name => [`./${name}*`, `../${name}*`]);
  const patterns = group.length
    ? [{ group, message: 'Imports point leftward.' }]
    : [];
  return STATE.includes(file)
    ? [...patterns, { group: WIDGETS, message: 'The model knows no widget.' }]
    : patterns;
}
