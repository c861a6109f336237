/** Who makes a request, and what that one may do. */

/** What people may be allowed, in the order of their path. Every request of the contract names the one it needs. */
export const permissions = ['read', 'ask', 'collect', 'train', 'release', 'administer'] as const;

export type Permission = (typeof permissions)[number];

/** Through which door a request comes. */
export type HostKind = 'electron' | 'browser' | 'cli' | 'endpoint';

/** The project that lies in the data folder itself; every data folder has it. */
export const firstProject = 'first';

export interface Caller {
  /** Signs what is changed. null: whoever works at this PC, by the name in its settings. */
  readonly operator: string | null;
  readonly host: HostKind;
  /** Id of the department that the request is about. */
  readonly project: string;
  readonly permissions: readonly Permission[];
}

/** A program or a station by its token: it signs what it asks with its own name. */
export function atEndpoint(operator: string, project: string): Caller {
  return { operator, host: 'endpoint', project, permissions: ['ask'] };
}

/** Whoever sits at this PC may do everything: there are no accounts yet. */
export function atThisPc(host: HostKind, project: string = firstProject): Caller {
  return { operator: null, host, project, permissions };
}
