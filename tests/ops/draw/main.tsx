// Draws one dashboard with Grafana's own components, on what a Prometheus answers: ?dashboard=URL&prometheus=URL&range=S.
// Layout and the hand-over of field settings are ours; units, thresholds, legends and the drawing are Grafana's. A panel
// says in data-state whether it has data.
import React from 'react';
import { createRoot } from 'react-dom/client';
import {
  createTheme, dateTime, FieldColorModeId, FieldType, getDisplayProcessor, ThemeContext, toDataFrame,
} from '@grafana/data';
import { BarGauge, BigValue, BigValueColorMode, BigValueGraphMode, PanelChrome, TimeSeries } from '@grafana/ui';
import { BarGaugeDisplayMode, LegendDisplayMode, VizOrientation } from '@grafana/schema';

const WIDTH = 1800;
const CELL = WIDTH / 24;
const ROW = 34;
const STEP = 2;
const asked = new URLSearchParams(location.search);
const prometheus = asked.get('prometheus');
const end = Math.floor(Date.now() / 1000);
const start = end - Number(asked.get('range') ?? 120);
const theme = createTheme({ colors: { mode: 'dark' } });
const moments = { from: dateTime(start * 1000), to: dateTime(end * 1000) };
const timeRange: any = { ...moments, raw: moments };
const values: Record<string, string> = { $__rate_interval: '10s', $job: 'khabar', $instance: '.+' };

const fill = (query: string) => query.replace(/\$\w+/g, (name) => values[name] ?? name);

async function series(target: any): Promise<any[]> {
  const query = encodeURIComponent(fill(target.expr));
  const path = `query_range?query=${query}&start=${start}&end=${end}&step=${STEP}`;
  return (await (await fetch(`${prometheus}/api/v1/${path}`)).json()).data.result;
}

async function frames(panel: any): Promise<any[]> {
  const drawn: any[] = [];
  for (const target of panel.targets) {
    for (const found of await series(target)) {
      const name = target.legendFormat.replace(/{{(\w+)}}/g, (_: string, label: string) => found.metric[label] ?? '');
      const points = found.values.map(([, value]: [number, string]) => (value === 'NaN' ? null : Number(value)));
      if (points.every((point: number | null) => point === null)) {
        continue;
      }
      drawn.push(
        toDataFrame({
          refId: target.refId,
          name,
          fields: [
            { name: 'Time', type: FieldType.time, values: found.values.map(([at]: [number]) => at * 1000), config: {} },
            { name: 'Value', type: FieldType.number, labels: found.metric, values: points, config: {} },
          ],
        })
      );
    }
  }
  drawn.forEach((frame, at) => {
    for (const field of frame.fields) {
      if (field.type === FieldType.number) {
        const mode = panel.type === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds;
        field.config = { color: { mode }, ...panel.fieldConfig.defaults, displayNameFromDS: frame.name };
        field.state = { seriesIndex: at, displayName: frame.name };
      }
      field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
    }
  });
  return drawn;
}

function last(frame: any): any {
  const field = frame.fields[1];
  const known = field.values.filter((value: number | null) => value !== null);
  return { ...field.display(known[known.length - 1]), title: frame.name };
}

function Content({ panel, data, width, height }: any) {
  if (panel.type === 'timeseries') {
    const legend = { showLegend: true, displayMode: LegendDisplayMode.List, placement: 'bottom' as const, calcs: [] };
    return (
      <TimeSeries frames={data} structureRev={1} timeRange={timeRange} timeZone="utc" width={width} height={height}
        legend={legend} {...({} as any)} />
    );
  }
  const share = panel.type === 'stat' ? { width: width / data.length, height } : { width, height: height / data.length };
  return (
    <div style={{ display: 'flex', flexDirection: panel.type === 'stat' ? 'row' : 'column' }}>
      {data.map((frame: any, at: number) =>
        panel.type === 'stat' ? (
          <BigValue key={at} {...share} value={data.length > 1 ? last(frame) : { ...last(frame), title: undefined }}
            colorMode={BigValueColorMode.Value} graphMode={BigValueGraphMode.None} theme={theme} />
        ) : (
          <BarGauge key={at} {...share} value={last(frame)} field={frame.fields[1].config} theme={theme}
            display={frame.fields[1].display} displayMode={BarGaugeDisplayMode.Basic}
            orientation={VizOrientation.Horizontal} />
        )
      )}
    </div>
  );
}

function Panel({ panel }: any) {
  const [data, setData] = React.useState<any[] | null>(null);
  const [error, setError] = React.useState('');
  React.useEffect(() => {
    frames(panel).then(setData).catch((wrong) => setError(String(wrong)));
  }, [panel]);
  const { x, y, w, h } = panel.gridPos;
  const place = { position: 'absolute' as const, left: x * CELL + 4, top: y * ROW + 4 };
  if (panel.type === 'row') {
    return <div style={{ ...place, font: '500 16px Inter, sans-serif' }}>{panel.title}</div>;
  }
  const state = error ? 'error' : data ? (data.length ? 'data' : 'nodata') : 'loading';
  return (
    <div style={place} data-panel={panel.title} data-state={state}>
      <PanelChrome title={panel.title} description={panel.description} width={w * CELL - 8} height={h * ROW - 8}>
        {(width: number, height: number) =>
          state === 'data' ? <Content panel={panel} data={data} width={width} height={height} /> : <>{error || state}</>
        }
      </PanelChrome>
    </div>
  );
}

class Fence extends React.Component<any, { wrong: string }> {
  state = { wrong: '' };

  static getDerivedStateFromError(error: unknown) {
    return { wrong: String(error) };
  }

  render() {
    return this.state.wrong ? <div data-state="error">{this.state.wrong}</div> : this.props.children;
  }
}

fetch(asked.get('dashboard') ?? '')
  .then((answer) => answer.json())
  .then(({ panels }) => {
    const height = Math.max(...panels.map(({ gridPos }: any) => gridPos.y + gridPos.h)) * ROW + 8;
    createRoot(document.getElementById('root')!).render(
      <ThemeContext.Provider value={theme}>
        <div style={{ position: 'relative', width: WIDTH, height }}>
          {panels.map((panel: any) => <Fence key={panel.id}><Panel panel={panel} /></Fence>)}
        </div>
      </ThemeContext.Provider>
    );
  });
