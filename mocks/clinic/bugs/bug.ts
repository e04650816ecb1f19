// What a bug is: a name, and the seams at which it replaces the correct decision by the one that was once made somewhere.
import type { Seams } from '../seams.ts';

export interface Bug {
  readonly id: string;
  readonly seams: Partial<Seams>;
}
