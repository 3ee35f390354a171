import type { CanaryKind } from '../canary.ts';
import type { CanarySupply } from '../supply-canaries.ts';
import type { AnswerBook } from './answer-book.ts';
import type { PlantedEvent } from './planted-event.ts';

/** Plants canaries in requests to the auditor: what is asked for must not be kept either. */
export interface QueryPlanter {
  ask(way: number): Promise<PlantedEvent>;
}

interface Query {
  readonly path: string;
  readonly options?: RequestInit;
}

type Plant = (place: string, only?: readonly CanaryKind[]) => string;

/** Kinds that a code may look like: a filter takes them, and the access is recorded with them. */
const CODE_LIKE: readonly CanaryKind[] = ['ssn', 'ipv4', 'ipv6'];

const QUERIES: readonly ((plant: Plant) => Query)[] = [
  (plant) => ({ path: `/v1/decisions?request_id=${escaped(plant('request_id'))}` }),
  (plant) => ({ path: `/v1/decisions?service=${escaped(plant('service', CODE_LIKE))}` }),
  (plant) => ({
    path: `/v1/decisions?policy=${escaped(plant('policy', CODE_LIKE))}&rule=${escaped(plant('rule'))}`,
  }),
  (plant) => ({ path: `/v1/decisions?outcome=${escaped(plant('outcome'))}&from=${escaped(plant('from'))}` }),
  (plant) => ({
    path: `/v1/decisions?${escaped(plant('name of a filter'))}=${escaped(plant('unknown filter'))}`,
  }),
  (plant) => ({ path: `/v1/decisions?cursor=${escaped(plant('cursor'))}&limit=${escaped(plant('limit'))}` }),
  (plant) => ({ path: `/v1/decisions?tenant=${escaped(plant('tenant', CODE_LIKE))}` }),
  (plant) => ({ path: `/v1/decisions/${escaped(plant('id'))}?enforcer=${escaped(plant('enforcer'))}` }),
  (plant) => ({ path: `/v1/access-log?action=${escaped(plant('action', CODE_LIKE))}` }),
  (plant) => ({ path: `/v1/access-log?role=${escaped(plant('role'))}&granted=${escaped(plant('granted'))}` }),
  (plant) => ({ path: `/${escaped(plant('path'))}` }),
  (plant) => ({ path: `/login?token=${escaped(plant('token to sign in'))}` }),
  (plant) => ({
    path: '/login',
    options: { method: 'POST', body: new URLSearchParams({ token: plant('token to sign in') }) },
  }),
  (plant) => ({
    path: '/v1/decisions',
    options: {
      headers: {
        authorization: `Bearer ${header(plant('token'))}`,
        'user-agent': header(plant('user-agent')),
      },
    },
  }),
  (plant) => ({
    path: '/',
    options: {
      headers: { cookie: `docket_token=${escaped(plant('cookie'))}`, referer: header(plant('referer')) },
    },
  }),
  (plant) => ({ path: '/v1/decisions', options: { method: 'POST', body: plant('body') } }),
];

export function createQueryPlanter(
  supply: CanarySupply,
  answers: AnswerBook,
  auditor: { readonly url: string; readonly token: string },
): QueryPlanter {
  const plant: Plant = (place, only) =>
    supply.plant({ route: 'query', place: `query ${place}`, placeClass: 'outside', topic: null }, only);
  return {
    ask: async (way) => {
      const from = supply.planted.length;
      const { path, options = {} } = QUERIES[way % QUERIES.length]?.(plant) ?? { path: '/' };
      const headers = { authorization: `Bearer ${auditor.token}`, ...(options.headers as object) };
      await answers.ask('auditor, hostile', `${auditor.url}${path}`, { ...options, headers });
      const canaries = supply.planted.length - from;
      return { route: 'query', fates: ['answered'], canaries, key: null, told: 'answered' };
    },
  };
}

function escaped(text: string): string {
  return encodeURIComponent(text);
}

/** Signs that no header may have are left out. */
function header(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '');
}
