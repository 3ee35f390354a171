/** What can be read, as it is called in the access log. */
export type ReadAction =
  | 'decisions.search'
  | 'decisions.search_by_subject'
  | 'decisions.read'
  | 'decisions.read_erasable'
  | 'accesses.search'
  | 'overview.view';

/** Which roles may read what. An SRE works with numbers, an enforcer only reports. */
const ROLES: Readonly<Record<ReadAction, readonly string[]>> = {
  'decisions.search': ['auditor', 'reviewer'],
  'decisions.search_by_subject': ['auditor'],
  'decisions.read': ['auditor', 'reviewer'],
  'decisions.read_erasable': ['auditor'],
  'accesses.search': ['auditor'],
  'overview.view': ['sre', 'auditor', 'reviewer'],
};

/** The roles that may do it, for messages. */
export function rolesFor(action: ReadAction): readonly string[] {
  return ROLES[action];
}

/** Whether a role may do it; a role that is not known may nothing. */
export function isPermitted(role: string, action: ReadAction): boolean {
  return ROLES[action].includes(role);
}
