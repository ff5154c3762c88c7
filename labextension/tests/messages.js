/** What the sidebar says: every text that goes through JupyterLab's translator, found in the sources. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const SOURCES = join(import.meta.dirname, '..', 'src');

/** Each text once; of one with two forms, the first. */
export function messages() {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  const found = files
    .filter(file => /\.tsx?$/.test(file))
    .flatMap(file => messagesIn(join(SOURCES, file)));
  return [...new Set(found)].sort();
}

function messagesIn(path) {
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found = [];
  const visit = node => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      ['__', '_n'].includes(node.expression.name.text)
    ) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteralLike(first)) {
        found.push(first.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
