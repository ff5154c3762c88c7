/** What JupyterLab's packages expect of a browser and jsdom has not; and an empty page for each test. */

import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

class Nothing {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

Object.assign(globalThis, {
  DragEvent: class extends MouseEvent {},
  ResizeObserver: Nothing,
  matchMedia: () => ({ matches: false, addEventListener: () => undefined })
});

Element.prototype.scrollIntoView = () => undefined;

afterEach(cleanup);
