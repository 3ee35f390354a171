import { freePort } from './ports.ts';

/** Where each part of the local stack listens, on 127.0.0.1. */
export interface LocalPorts {
  readonly kafka: number;
  readonly kafkaController: number;
  readonly clickhouse: number;
  readonly fleet: number;
  readonly gateway: number;
  readonly recorder: number;
  readonly evaluator: number;
  readonly auditor: number;
  readonly vault: number;
  readonly prometheus: number;
  readonly alertmanager: number;
}

const USUAL: LocalPorts = {
  kafka: 9092,
  kafkaController: 9094,
  clickhouse: 8123,
  fleet: 7070,
  gateway: 7071,
  recorder: 7072,
  evaluator: 7073,
  auditor: 7074,
  vault: 7075,
  prometheus: 9090,
  alertmanager: 9093,
};

/** The usual ports, or any free ones. */
export async function choosePorts(free: boolean): Promise<LocalPorts> {
  if (!free) return USUAL;
  const entries = await Promise.all(
    Object.keys(USUAL).map(async (name) => [name, await freePort()] as const),
  );
  return { ...USUAL, ...Object.fromEntries(entries) };
}
