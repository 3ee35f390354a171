/** Where a Transit engine (OpenBao, HashiCorp Vault) answers, and as whom. */
export interface TransitOptions {
  /** Such as `https://openbao.internal:8200`. */
  readonly url: string;
  readonly token: string;
  /** Path that the engine is mounted at. */
  readonly mount: string;
  readonly timeoutMs?: number;
}

/** The engine gave no answer, or refused. Holds a status, never what was sent or answered. */
class TransitFailure extends Error {
  readonly code: string;

  constructor(operation: string, status: number | null) {
    super(`Transit: ${operation} failed (${status ?? 'no answer'})`);
    this.name = 'TransitFailure';
    this.code = `transit_${status ?? 'no_answer'}`;
  }
}

export interface TransitApi {
  /** The newest version of a key; 0 where there is no such key. */
  latestVersion(name: string): Promise<number>;
  createKey(name: string): Promise<void>;
  rotate(name: string): Promise<void>;
  encrypt(name: string, version: number, plaintext: Buffer, associated: Buffer): Promise<string>;
  /** Null where the version is gone. */
  decrypt(name: string, ciphertext: string, associated: Buffer): Promise<Buffer | null>;
  /** Destroys all versions before this one. */
  trimBefore(name: string, version: number): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/** The few calls of Transit's HTTP API that KEKs need. */
export function createTransitApi(options: TransitOptions): TransitApi {
  const call = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await fetch(new URL(`/v1/${options.mount}/${path}`, options.url), {
      method,
      headers: { 'x-vault-token': options.token, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => null);
    if (answer === null) throw new TransitFailure(path.split('/')[0] ?? '', null);
    const text = await answer.text();
    return { status: answer.status, data: dataOf(text) };
  };
  const must = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await call(method, path, body);
    if (answer.status < 200 || answer.status > 299)
      throw new TransitFailure(path.split('/')[0] ?? '', answer.status);
    return answer.data;
  };
  return {
    latestVersion: async (name) => {
      const { status, data } = await call('GET', `keys/${name}`);
      if (status === 404) return 0;
      if (status !== 200) throw new TransitFailure('keys', status);
      return Number(data.latest_version);
    },
    createKey: async (name) => {
      await must('POST', `keys/${name}`, { type: 'aes256-gcm96', exportable: false });
    },
    rotate: async (name) => {
      await must('POST', `keys/${name}/rotate`, {});
    },
    encrypt: async (name, version, plaintext, associated) => {
      const data = await must('POST', `encrypt/${name}`, {
        plaintext: plaintext.toString('base64'),
        associated_data: associated.toString('base64'),
        key_version: version,
      });
      return String(data.ciphertext);
    },
    decrypt: async (name, ciphertext, associated) => {
      const { status, data } = await call('POST', `decrypt/${name}`, {
        ciphertext,
        associated_data: associated.toString('base64'),
      });
      // A version below the least that may decrypt, or trimmed away, is a bad request.
      if (status === 400 || status === 404) return null;
      if (status !== 200) throw new TransitFailure('decrypt', status);
      return Buffer.from(String(data.plaintext), 'base64');
    },
    trimBefore: async (name, version) => {
      await must('POST', `keys/${name}/config`, {
        min_decryption_version: version,
        min_encryption_version: version,
      });
      await must('POST', `keys/${name}/trim`, { min_available_version: version });
    },
  };
}

function dataOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed = JSON.parse(text) as { data?: Record<string, unknown> } | null;
    return parsed?.data ?? {};
  } catch {
    return {};
  }
}
