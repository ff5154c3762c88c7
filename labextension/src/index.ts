/** The plugins that JupyterLab loads. */

import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'dbchat_magic:plugin',
  description: 'Ask a database in plain words.',
  autoStart: true,
  activate: (_app: JupyterFrontEnd): void => undefined
};

export default [plugin];
