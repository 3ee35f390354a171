import { randomUUID } from 'node:crypto';
import type { DecisionReport } from '../../../sdk/decision-report.ts';
import { createEnforcer, type EnforcerRecorder } from '../../../sdk/enforcer.ts';
import type { PlaceClass } from '../canary.ts';
import type { CanarySupply } from '../supply-canaries.ts';
import type { PlantedEvent } from './planted-event.ts';

/** Plants canaries as an enforcer would that uses the SDK. */
export interface SdkPlanter {
  /** A canary in every field that may hold anything. */
  everywhere(): PlantedEvent;
  /** One where only a code belongs, and more in the texts. */
  inSafeField(way: number): PlantedEvent;
  close(): Promise<void>;
}

type Canary = (place: string) => string;

const SOUND = {
  action: 'model.invoke',
  outcome: 'ALLOW',
  policy: { id: 'content-safety', version: '12' },
  latencyUs: 4_200,
} as const satisfies DecisionReport;

/** Every field of a report that is a code, with a canary in it. */
const IN_SAFE_FIELD: readonly ((canary: Canary) => Partial<DecisionReport>)[] = [
  (canary) => ({ action: canary('action') }),
  (canary) => ({ requestId: canary('requestId') }),
  (canary) => ({ category: canary('category') }),
  (canary) => ({ cohort: canary('cohort') }),
  (canary) => ({ rawOutcome: canary('rawOutcome') }),
  (canary) => ({ fallbackModel: canary('fallbackModel') }),
  (canary) => ({ policy: { id: canary('policy.id'), version: '1' } }),
  (canary) => ({ policy: { id: 'p', version: canary('policy.version') } }),
  (canary) => ({ model: { id: canary('model.id'), version: '1' } }),
  (canary) => ({ model: { id: 'm', version: canary('model.version') } }),
  (canary) => ({ rules: [{ id: canary('rules.id'), effect: 'deny' }] }),
  (canary) => ({ rules: [{ id: 'r', effect: canary('rules.effect'), layer: canary('rules.layer') }] }),
  (canary) => ({ error: { class: canary('error.class'), message: 'failed' } }),
  (canary) => ({ probe: { id: canary('probe.id'), expected: 'DENY' } }),
  (canary) => ({ labels: { [canary('labels.key')]: 'x' } }),
  (canary) => ({ attributes: { [canary('attributes.key')]: 'x' } }),
];

/** Connects an enforcer of the tenant `acme`. */
export async function openSdkPlanter(supply: CanarySupply, brokers: string): Promise<SdkPlanter> {
  const enforcer: EnforcerRecorder = await createEnforcer({
    brokers: [brokers],
    tenant: 'acme',
    enforcer: { id: 'canary-sdk', version: '1' },
    service: 'aviary',
    enforcementPoint: 'APPLICATION',
    lingerMs: 5,
  });
  const plant = (place: string, placeClass: PlaceClass) =>
    supply.plant({ route: 'sdk', place: `report.${place}`, placeClass, topic: null });
  const texts = (): Partial<DecisionReport> => ({
    resource: plant('resource', 'text'),
    rationale: plant('rationale', 'text'),
    error: { class: 'timeout', message: plant('error.message', 'text') },
    labels: { note: plant('labels.value', 'text') },
    attributes: { locale: plant('attributes.value', 'text'), page: plant('attributes.value', 'text') },
  });
  const report = (
    fields: Partial<DecisionReport>,
    from: number,
    fates: PlantedEvent['fates'],
  ): PlantedEvent => {
    const decisionId = randomUUID();
    const invalidBefore = enforcer.counts().dropped.invalid;
    enforcer.record({ ...SOUND, decisionId, ...fields });
    const refused = enforcer.counts().dropped.invalid > invalidBefore;
    const canaries = supply.planted.length - from;
    return { route: 'sdk', fates, canaries, key: decisionId, told: refused ? 'refused' : null };
  };
  return {
    everywhere: () => {
      const from = supply.planted.length;
      const erasable = {
        subjects: [plant('erasable.subjects', 'erasable'), plant('erasable.subjects', 'erasable')],
        principal: plant('erasable.principal', 'erasable'),
        input: JSON.stringify({ prompt: plant('erasable.input', 'erasable') }),
        output: plant('erasable.output', 'erasable'),
      };
      return report({ ...texts(), erasable }, from, ['recorded']);
    },
    inSafeField: (way) => {
      const from = supply.planted.length;
      const spoiled = IN_SAFE_FIELD[way % IN_SAFE_FIELD.length]?.((place) => plant(place, 'safe'));
      return report({ ...texts(), ...spoiled }, from, ['quarantined', 'refused']);
    },
    close: () => enforcer.close(),
  };
}
