/** The sidebar's icon: a database that answers. */

import { LabIcon } from '@jupyterlab/ui-components';

export const dbchatIcon = new LabIcon({
  name: 'dbchat_magic:sidebar',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3 jp-icon-selectable" fill="#616161">
    <ellipse cx="10" cy="4.5" rx="7.5" ry="2.5"/>
    <path d="M2.5 6.5C3.8 7.9 6.7 8.7 10 8.7s6.2-.8 7.5-2.2V9.5H10.5A2.5 2.5 0 0 0 8 12v.2C5 12 2.5 11 2.5 9.8z"/>
    <path d="M2.5 12.2C3.6 13.3 5.6 14.1 8 14.3v4.5C4.8 18.6 2.5 17.6 2.5 16.3z"/>
    <path d="M11 11h9.5a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H16l-3.5 3v-3H11a1.5 1.5 0 0 1-1.5-1.5v-6A1.5 1.5 0 0 1 11 11z"/>
  </g>
</svg>`
});
