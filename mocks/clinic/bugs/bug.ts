// What a bug is: a name, where it once happened, and the seams at which it replaces the correct decision by the one that was made there.
import type { Seams } from '../seams.ts';

export interface Bug {
  readonly id: string;
  /** The public incident it comes from, as in `OpenAI ChatGPT, March 2023`. */
  readonly incident: string;
  /** The best public account of it; null where none was published. */
  readonly link: string | null;
  /** Where it can live. Wrong nginx configuration stands in for the edge's seams on the real topology. */
  readonly topologies: readonly ('embedded' | 'real')[];
  /** Built into the last of several instances only, as a deploy leaves one behind; absent: into all. */
  readonly onlyIn?: 'last-of-several';
  /** What it shows stands in pictures alone, where no scan of bytes finds it; absent: also in bytes. */
  readonly shownIn?: 'pictures';
  readonly seams: Partial<Seams>;
}

export const everywhere = ['embedded', 'real'] as const;
