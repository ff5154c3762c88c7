/** An answer's chart, drawn by whoever draws Vega-Lite in JupyterLab. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import { type JSX, useLayoutEffect, useRef, useState } from 'react';

const MIME = 'application/vnd.vegalite.v5+json';
/** Pixels. */
const HEIGHT = 200;
const NARROWEST = 120;
const THEME_NAME = 'data-jp-theme-name';

export interface IChartProps {
  readonly spec: object;
  readonly rendermime: IRenderMimeRegistry;
  readonly label: string;
}

export function Chart({ spec, rendermime, label }: IChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  useLayoutEffect(() => {
    const node = host.current;
    if (!node?.isConnected || !rendermime.preferredMimeType({ [MIME]: {} })) {
      return;
    }
    const renderer = rendermime.createRenderer(MIME);
    const data = { [MIME]: fitted(spec, node) as never };
    Widget.attach(renderer, node);
    void renderer.renderModel(rendermime.createModel({ data }));
    return () => {
      if (renderer.isAttached && renderer.node.isConnected) {
        Widget.detach(renderer);
      }
      renderer.dispose();
    };
  }, [spec, rendermime, theme]);
  return (
    <div ref={host} className="jp-DbChat-chart" role="img" aria-label={label} />
  );
}

/** The name of the page's theme, whose colours the chart takes. */
function useTheme(): string | undefined {
  const [theme, setTheme] = useState(document.body.dataset['jpThemeName']);
  useLayoutEffect(() => {
    const observer = new MutationObserver(() =>
      setTheme(document.body.dataset['jpThemeName'])
    );
    observer.observe(document.body, { attributeFilter: [THEME_NAME] });
    return () => observer.disconnect();
  }, []);
  return theme;
}

/** The specification as wide as there is room, in the page's own colours. */
function fitted(spec: object, node: HTMLElement): object {
  const style = getComputedStyle(node);
  const colour = (name: string): string =>
    style.getPropertyValue(name).trim() || 'gray';
  const text = colour('--jp-ui-font-color1');
  const line = colour('--jp-border-color1');
  const faint = colour('--jp-border-color3');
  return {
    ...spec,
    title: undefined,
    width: Math.max(NARROWEST, node.clientWidth),
    height: HEIGHT,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    config: {
      ...(spec as { config?: object }).config,
      view: { stroke: 'transparent' },
      axis: {
        labelColor: text,
        titleColor: text,
        domainColor: line,
        tickColor: line,
        gridColor: faint
      },
      legend: { labelColor: text, titleColor: text, orient: 'bottom' },
      text: { color: text }
    }
  };
}
