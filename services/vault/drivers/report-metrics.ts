import type { Logger } from '../../../platform/log/logger.ts';
import { Counter, Gauge, type Registry } from '../../../platform/prometheus/metrics-registry.ts';
import type { ErasureState, VaultReport, VaultStore } from '../ports.ts';

export interface VaultMetrics extends VaultReport {
  request(route: string, status: number): void;
}

const STATES: readonly ErasureState[] = ['HELD_PENDING', 'ERASING', 'DESTROYED', 'COMPLETE'];
const OUTBOX_SHOWN = 1_000;

/** The vault's metrics and log lines: numbers, states and codes. */
export function createVaultMetrics(
  registry: Registry,
  log: Logger,
  store: VaultStore,
  nowMs: () => number,
): VaultMetrics {
  const registers = [registry];
  const counter = (name: string, help: string) =>
    new Counter({ name: `docket_vault_${name}`, help, registers });
  const leases = counter('leases_total', 'Requests for keys that were answered');
  const leased = counter('leased_keys_total', 'Keys that were asked for in leases');
  const minted = counter('minted_keys_total', 'Keys that were made');
  const refused = counter('lookups_refused_total', 'Look-ups refused for there were too many');
  const rewrapped = counter('rewrapped_keys_total', 'Keys that were wrapped anew under a newer KEK');
  const destroyed = counter(
    'destroyed_keks_total',
    'Batches of scopes whose old KEK versions were destroyed',
  );
  const unreadable = counter('dropped_keys_total', 'Keys that were dropped because their KEK is gone');
  const failures = new Counter({
    name: 'docket_vault_failures_total',
    help: 'Steps of the worker that failed and will be tried again, by step',
    labelNames: ['step'] as const,
    registers,
  });
  const requests = new Counter({
    name: 'docket_vault_requests_total',
    help: 'Requests answered, by route and status',
    labelNames: ['route', 'status'] as const,
    registers,
  });
  const backup = new Gauge({
    name: 'docket_vault_last_backup_timestamp_seconds',
    help: 'When the last backup was written; 0: never',
    registers,
  });
  backup.set(Number(store.flag('last_backup_ms') ?? 0) / 1000);
  addErasureGauges(registers, store, nowMs);
  return {
    request: (route, status) => requests.inc({ route, status: String(status) }),
    leased: (keys, fresh) => {
      leases.inc();
      leased.inc(keys);
      minted.inc(fresh);
    },
    lookupRefused: () => refused.inc(),
    backedUp: (atMs) => {
      store.setFlag('last_backup_ms', String(atMs));
      backup.set(atMs / 1000);
      log.info('backup written');
    },
    destroyed: (scopes, keys) => {
      destroyed.inc(scopes);
      rewrapped.inc(keys);
      log.info({ scopes, rewrapped: keys }, 'old KEK versions destroyed');
    },
    completed: () => log.info('an erasure is complete'),
    failed: (step, err) => {
      failures.inc({ step });
      log.warn({ step, err }, 'a step failed; it will be tried again');
    },
    droppedUnreadable: (keys) => {
      unreadable.inc(keys);
      log.warn({ keys }, 'keys dropped: their KEK is gone');
    },
  };
}

function addErasureGauges(registers: Registry[], store: VaultStore, nowMs: () => number): void {
  new Gauge({
    name: 'docket_vault_erasures',
    help: 'Erasures, by state',
    labelNames: ['state'] as const,
    registers,
    collect() {
      for (const state of STATES) this.set({ state }, store.countErasures(state));
    },
  });
  new Gauge({
    name: 'docket_vault_oldest_erasure_seconds',
    help: 'Age of the oldest erasure that is not complete and that no hold keeps back; 0: there is none',
    registers,
    collect() {
      const open = [...store.erasuresIn('ERASING'), ...store.erasuresIn('DESTROYED')];
      const oldest = Math.min(...open.map(({ requestedMs }) => requestedMs));
      this.set(open.length === 0 ? 0 : (nowMs() - oldest) / 1000);
    },
  });
  new Gauge({
    name: 'docket_vault_unsent_events',
    help: 'Statements and requests that Kafka does not have yet; at most 1000 are counted',
    registers,
    collect() {
      this.set(store.waiting(OUTBOX_SHOWN).length);
    },
  });
  new Gauge({
    name: 'docket_vault_subject_keys',
    help: 'Subjects that the vault has a key of',
    registers,
    collect() {
      this.set(store.countSubjects());
    },
  });
}
