export interface ServerPropertiesOptions {
  readonly logDir: string;
  readonly port: number;
  readonly controllerPort: number;
}

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/**
 * The configuration of a one-node Kafka (KRaft) that listens on 127.0.0.1 only, stamps records with its own clock and
 * is small when idle. Returns the text of server.properties.
 */
export function serverProperties(options: ServerPropertiesOptions): string {
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'log.dirs': options.logDir,
    listeners: `PLAINTEXT://127.0.0.1:${options.port},CONTROLLER://127.0.0.1:${options.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${options.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    // Read from here at every start, so that ports may change between starts.
    'controller.quorum.voters': `1@127.0.0.1:${options.controllerPort}`,

    'log.message.timestamp.type': 'LogAppendTime',
    'auto.create.topics.enable': false,
    // Above what the recorder accepts: an oversized record must reach it, to be quarantined and not refused here.
    'message.max.bytes': MAX_MESSAGE_BYTES,
    'replica.fetch.max.bytes': MAX_MESSAGE_BYTES,

    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A consumer that was killed holds its partitions until its session is over: let tests choose a short one.
    'group.min.session.timeout.ms': 1000,

    // After a crash the controller refuses the new broker until the old one's session is over (9 s by default).
    'broker.session.timeout.ms': 3000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    // What is trimmed leaves the disk when the broker next looks; by default that is after half a minute,
    // and then every five.
    'log.retention.check.interval.ms': 10_000,
    'log.initial.task.delay.ms': 1_000,
    // The cleaner takes this much heap at once; the default is 128 MiB.
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
