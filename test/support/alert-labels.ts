import { join } from 'node:path';
import { readAlertRoutes } from '../../deploy/prometheus/read-alert-routes.ts';
import { readSlos } from '../../deploy/prometheus/render-rules.ts';
import { generateRules } from '../../domain/slo/prometheus-rules.ts';
import type { AlertRule } from '../../domain/slo/rule-shapes.ts';
import { readExampleSlos } from './slo-example.ts';

const root = join(import.meta.dirname, '../..');

/** Every alert that is generated for the configured and the documented objectives: each shape of them. */
export async function generatedAlerts(): Promise<readonly AlertRule[]> {
  const slos = await readSlos(join(root, 'config/slos'));
  const routes = await readAlertRoutes(join(root, 'config/alert-routes.yaml'), slos);
  const { groups } = generateRules([...slos, ...readExampleSlos()], { routes });
  return groups.flatMap(({ rules }) => rules.filter((rule) => 'alert' in rule));
}

/** Labels of an alert that do not depend on what it is about. */
export function fixedLabels({ alert, labels }: AlertRule): Readonly<Record<string, string>> {
  return {
    alertname: alert,
    ...Object.fromEntries(Object.entries(labels).filter(([, value]) => !value.includes('{{'))),
  };
}
