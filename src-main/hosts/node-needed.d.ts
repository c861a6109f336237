/** What is known of the Node that runs this. */
export interface FoundNode {
  readonly version: string;
  /** Platform and processor. */
  readonly system: string;
  /** npm has installed something here. */
  readonly installed: boolean;
  /** And a Node with it. */
  readonly brought: boolean;
}

export function nodeNeeded(found?: FoundNode): string | null;
