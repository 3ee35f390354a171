import { randomBytes } from 'node:crypto';
import { NONCE_BYTES, sealBox } from '../../../domain/recording/quarantine-box.ts';
import { parseQuarantineKeys } from '../../../domain/recording/quarantine-keys.ts';
import type { RecordingRules } from '../../../domain/recording/recording-rules.ts';
import { readSettingsFile, readTogether } from '../../../platform/lifecycle/settings-file.ts';
import { parseTokenKeys } from '../token-keys.ts';

/** What the recorder does with keys: makes tokens, seals payloads. Throws ConfigurationError with all problems of both files. */
export async function readKeys(files: {
  readonly DOCKET_TOKEN_KEYS_FILE: string;
  readonly DOCKET_QUARANTINE_KEYS_FILE: string;
}): Promise<Pick<RecordingRules, 'makeToken' | 'sealPayload'>> {
  const [tokens, { active }] = await readTogether(
    readSettingsFile(
      'DOCKET_TOKEN_KEYS_FILE',
      files.DOCKET_TOKEN_KEYS_FILE,
      'config/token-keys.example.yaml',
      parseTokenKeys,
    ),
    readSettingsFile(
      'DOCKET_QUARANTINE_KEYS_FILE',
      files.DOCKET_QUARANTINE_KEYS_FILE,
      'config/quarantine-keys.example.yaml',
      parseQuarantineKeys,
    ),
  );
  return {
    makeToken: tokens.make,
    sealPayload: (record) => {
      const { key, value } = record;
      return value && sealBox(active, record, { key, value }, randomBytes(NONCE_BYTES));
    },
  };
}
