import type { FilterProblem } from '../../../domain/audit/search-filters.ts';
import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { ReadResult } from '../audited-read.ts';
import { type ReadAction, rolesFor } from '../permissions.ts';
import { StoreFailure, VaultRefusal } from '../ports.ts';

/** What was read, or the HttpProblem that says why there is nothing and what to do. */
export function bodyOrProblem<Body>(result: ReadResult<Body>, action: ReadAction): Body {
  if (result.ok) return result.body;
  switch (result.refusal) {
    case 'unauthenticated':
      throw unauthenticated();
    case 'role_forbidden': {
      const roles = rolesFor(action).join(' or ');
      throw new HttpProblem(
        403,
        'role_forbidden',
        `This needs a token of role ${roles}. The attempt is recorded.`,
      );
    }
    case 'tenant_forbidden': {
      const message = 'The token is of another tenant; leave tenant out. The attempt is recorded.';
      throw new HttpProblem(403, 'tenant_forbidden', message);
    }
    case 'bad_parameters':
      throw new HttpProblem(400, 'bad_parameters', listProblems(result.problems ?? []));
    case 'too_busy':
      throw new HttpProblem(429, 'too_busy', 'Too many reads at once; try again in a moment.', {
        'retry-after': '1',
      });
    case 'not_recorded': {
      const message = 'The access could not be recorded, so nothing is handed over; try again in a moment.';
      throw new HttpProblem(503, 'not_recorded', message, { 'retry-after': '5' });
    }
    case 'store_failed':
      throw storeProblem(new StoreFailure('unavailable'));
    case 'vault_failed':
      throw vaultProblem(new VaultRefusal('unavailable'));
  }
}

/** 401 for want of a token that is known. */
export function unauthenticated(): HttpProblem {
  const message = 'Send a token that is known here as "Authorization: Bearer <token>".';
  return new HttpProblem(401, 'unauthenticated', message, { 'www-authenticate': 'Bearer' });
}

/** The problem for a store that gave no answer. */
export function storeProblem(failure: StoreFailure): HttpProblem {
  return failure.kind === 'too_large'
    ? new HttpProblem(
        422,
        'search_too_large',
        'The search takes too long; narrow from and to, or add a filter.',
      )
    : new HttpProblem(503, 'store_unavailable', 'The store does not answer; try again in a moment.', {
        'retry-after': '5',
      });
}

/** The problem for a vault that gave no answer. */
export function vaultProblem(refusal: VaultRefusal): HttpProblem {
  switch (refusal.kind) {
    case 'none':
      return new HttpProblem(
        503,
        'no_vault',
        'This auditor was started without a vault: see docs/auditor.md.',
      );
    case 'too_many_lookups': {
      const message = 'Too many people were looked up; try again in a minute. Each look-up is recorded.';
      return new HttpProblem(429, 'too_many_lookups', message, { 'retry-after': '60' });
    }
    case 'unavailable': {
      const message = 'The vault does not answer; try again in a moment.';
      return new HttpProblem(503, 'vault_unavailable', message, { 'retry-after': '5' });
    }
  }
}

function listProblems(problems: readonly FilterProblem[]): string {
  return problems.map(({ parameter, message }) => `${parameter}: ${message}`).join('; ');
}
