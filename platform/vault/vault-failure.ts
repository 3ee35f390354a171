/**
 * The vault gave no answer, or refused. `code` is one of the vault's error codes, or `unreachable`, `timeout`,
 * `bad_answer`; `status` is the HTTP status, null where there was no answer. Never holds a value that was sent.
 */
export class VaultFailure extends Error {
  readonly code: string;
  readonly status: number | null;

  constructor(code: string, status: number | null) {
    super(status === null ? `the vault does not answer (${code})` : `the vault refused (${code}, ${status})`);
    this.name = 'VaultFailure';
    this.code = code;
    this.status = status;
  }
}
