/** The unit tests of the sidebar: JupyterLab's packages are taken as they are installed one folder up. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    include: ['*.spec.{js,ts,tsx}'],
    setupFiles: ['./setup.ts'],
    server: { deps: { inline: [/@jupyterlab\//, /@lumino\//, /@jupyter\//] } }
  }
});
