import { createPublicKey } from 'node:crypto';
import { parseUuid } from '../../domain/contract/uuid.ts';
import { verifyStatement } from '../../domain/statements/sign-statement.ts';
import type { Erasure, SignedStatement } from '../../platform/vault/vault-types.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import type { CanaryStack } from '../canaries/canary-stack.ts';
import { vaultOf } from './erase-people.ts';
import type { Person } from './people.ts';

export interface CertificateCheck {
  /** Certificates whose signature verifies and that say what was done to which erasure, up to where. */
  readonly valid: number;
  /** Certificates, and answers of the CLI, in which a person's id stands. */
  readonly namesAnyone: number;
}

/** What stands in front of the 32 bytes of an Ed25519 key in DER (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Checks the certificates of complete erasures with the vault's public key. */
export async function checkCertificates(
  stack: CanaryStack,
  erasures: readonly Erasure[],
  people: readonly Person[],
  said: string,
): Promise<CertificateCheck> {
  const { keyName, publicKey } = await vaultOf(stack, 'operator').publicKey();
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const schema = loadReleasedSchemas().newest('statement');
  const valid = erasures.filter(({ erasureId, barriers, certificate }) => {
    if (certificate === null || certificate.key_name !== keyName) return false;
    const spoiled = { ...toStatement(certificate), rows: certificate.rows + 1 };
    const covers = barriers
      .filter(({ offset }) => offset > 0)
      .every(({ topic, partition, offset }) =>
        certificate.ranges.some(
          (range) =>
            range.topic === topic && range.partition === partition && range.last_offset >= offset - 1,
        ),
      );
    const says = certificate.kind === 'ERASURE' && certificate.about === erasureId && covers;
    const isComplete = certificate.details.some(({ value }) => value === 'COMPLETE');
    const verifies = verifyStatement(schema, toStatement(certificate), key);
    return says && isComplete && verifies && !verifyStatement(schema, spoiled, key);
  });
  const texts = [...erasures.map(({ certificate }) => JSON.stringify(certificate)), said];
  const named = texts.filter((text) => people.some(({ subject }) => text.includes(subject)));
  return { valid: valid.length, namesAnyone: named.length };
}

function toStatement(answer: SignedStatement) {
  return {
    ...answer,
    statement_id: parseUuid(answer.statement_id),
    about: answer.about === null ? null : parseUuid(answer.about),
    salt: Buffer.from(answer.salt, 'hex'),
    signature: Buffer.from(answer.signature, 'hex'),
  };
}
