// What Grafana publishes of its dashboards, made fit for JSON: an enum there is one of its values here, and a panel has the
// options of its type.
import type * as grafana from '@grafana/schema';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Json<T> = T extends string
  ? `${T}`
  : T extends (infer E)[]
    ? Json<E>[]
    : T extends object
      ? { [K in keyof T]: Json<T[K]> }
      : T;

interface Target {
  refId: string;
  datasource: grafana.DataSourceRef;
  expr: string;
  legendFormat: string;
  range: boolean;
  instant?: boolean;
  format?: 'table';
}

type Described = Required<Pick<grafana.Panel, 'id' | 'title' | 'description' | 'gridPos' | 'datasource'>>;
type Panel<Type extends string, Options, Custom> = Json<
  Omit<grafana.Panel<Options, Partial<Custom>>, 'type' | 'options' | 'targets' | 'fieldConfig'>
> &
  Described & {
    type: Type;
    options: Json<Options>;
    fieldConfig: Json<grafana.FieldConfigSource> & {
      defaults: { unit: string; custom?: Partial<Json<Custom>> };
    };
    targets: [Target, ...Target[]];
  };

export type Dashboard = Json<Omit<grafana.Dashboard, 'panels'>> &
  Required<Pick<grafana.Dashboard, 'uid' | 'title' | 'description' | 'tags'>> & {
    panels: (
      | Panel<'bargauge', bargauge.Options, Record<string, never>>
      | Panel<'stat', stat.Options, Record<string, never>>
      | Panel<'state-timeline', timeline.Options, timeline.FieldConfig>
      | Panel<'table', table.Options, table.FieldConfig>
      | Panel<'timeseries', timeseries.Options, timeseries.FieldConfig>
      | Json<grafana.RowPanel>
    )[];
  };
