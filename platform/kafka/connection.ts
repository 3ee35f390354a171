import { Kafka, logLevel } from 'kafkajs';
import { frameSocket } from './frame-socket.ts';
import { receiveWholeAnswers } from './receive-answers.ts';
import { restWhenIdle } from './rest-when-idle.ts';

export interface KafkaOptions {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  /** Names the client in the broker's logs. */
  readonly clientId: string;
}

/**
 * A kafkajs client that retries for about half a minute and logs nothing itself: its messages quote record
 * metadata, and what matters reaches the caller as an error.
 */
export function connectKafka(options: KafkaOptions): Kafka {
  restWhenIdle();
  receiveWholeAnswers();
  return new Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    logLevel: logLevel.NOTHING,
    socketFactory: frameSocket,
    connectionTimeout: 3_000,
    retry: { initialRetryTime: 100, maxRetryTime: 5_000, retries: 10 },
  });
}
