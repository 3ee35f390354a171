import { VaultFailure } from './vault-failure.ts';

export interface VaultAddress {
  /** `http://host:port` or https. */
  readonly url: string;
  /** Bearer token of this client. */
  readonly token: string;
  /** Longest wait for an answer; 5 s unless said otherwise. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * One request to the vault. Throws VaultFailure for everything that is not an answer of 2xx with JSON: no cause is
 * attached, for what failed underneath may quote what was sent.
 */
export async function sendToVault<Answer>(
  address: VaultAddress,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<Answer> {
  const { status, text } = await exchange(address, method, path, body);
  const answer = parseJson(text, status);
  if (status >= 200 && status < 300) return answer as Answer;
  throw new VaultFailure(codeOf(answer), status);
}

async function exchange(address: VaultAddress, method: string, path: string, body?: object) {
  const signal = AbortSignal.timeout(address.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const headers = {
    authorization: `Bearer ${address.token}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    const response = await fetch(new URL(path, address.url), {
      method,
      headers,
      signal,
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  } catch {
    throw new VaultFailure(signal.aborted ? 'timeout' : 'unreachable', null);
  }
}

function parseJson(text: string, status: number): unknown {
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    throw new VaultFailure('bad_answer', status);
  }
}

/** The vault's own code of an error; anything else that answers there is not trusted to name one. */
function codeOf(answer: unknown): string {
  const error = answer !== null && typeof answer === 'object' && 'error' in answer ? answer.error : null;
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : 'bad_answer';
}
