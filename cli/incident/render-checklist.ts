import type { Incident } from '../../domain/contract/events.ts';
import { formatUuid } from '../../domain/contract/uuid.ts';
import type { DecidingVersion } from './incident-store.ts';

/** What is to be done about an incident, with what is known of it: for the person who has just opened it. */
export function renderChecklist(incident: Incident, versions: readonly DecidingVersion[]): string {
  const { policy, models, confidence, safe_fallback: fallback, tenant_id: tenant } = incident;
  const id = formatUuid(incident.incident_id);
  const affected = [
    policy === null
      ? 'no policy is named yet (update --policy … --policy-version … --confidence …)'
      : `policy ${versionText(policy)}${confidence === null ? '' : `, confidence ${confidence}`}`,
    models.length === 0
      ? 'no model is named yet (update --model id@version)'
      : `models ${models.map(versionText).join(', ')}`,
  ];
  const deciding = versions.map(
    ({ version, model, decisions }) =>
      `      ${decisions} decisions by version ${version || '(unknown)'}${model === '' ? '' : `, model ${model}`}`,
  );
  return [
    `[ ] 1. Affected models and versions: ${affected.join('; ')}`,
    ...(deciding.length === 0 ? [] : ['      Since the impact began:', ...deciding]),
    `[ ] 2. Safe fallback: ${fallback ?? 'none is named; decide what runs meanwhile (update --safe-fallback …)'}`,
    `[ ] 3. Capture evidence: docket incident capture ${id} --tenant ${tenant} --out incident-${id.slice(0, 8)}`,
    `      What must outlive its retention: docket hold place --tenant ${tenant} --whole-tenant --reason ${id}`,
    '[ ] 4. Notify: the owner of the policy; legal where personal data is involved; those who were wronged',
    `[ ] 5. Roll back: activate the version before it, and report it as ROLLED_BACK; then`,
    `      docket incident mitigate ${id} --tenant ${tenant}, and close when the cause is gone`,
  ].join('\n');
}

function versionText({ id, version }: { readonly id: string; readonly version: string }): string {
  return version === '' ? id : `${id} ${version}`;
}
