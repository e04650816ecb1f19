// The board of a load: links that sessions put up for others to follow, by name. A bounded number, the oldest go first, and
// whoever looks waits only so long for one that is not there yet.

export interface Board {
  post(name: string, link: string): void;
  /** Null when nobody posted it in time. */
  read(name: string): Promise<string | null>;
}

export const boardWaitMaxMs = 1_000;
const linksMax = 10_000;

export function openBoard(waitMaxMs = boardWaitMaxMs): Board {
  const links = new Map<string, string>();
  const readers = new Map<string, Set<(link: string) => void>>();

  function wait(name: string): Promise<string | null> {
    return new Promise((resolve) => {
      const waiting = readers.get(name) ?? new Set();
      readers.set(name, waiting);
      const done = (link: string | null): void => {
        clearTimeout(timer);
        waiting.delete(done);
        if (waiting.size === 0) readers.delete(name);
        resolve(link);
      };
      const timer = setTimeout(() => done(null), waitMaxMs);
      waiting.add(done);
    });
  }

  return {
    post(name, link) {
      links.delete(name);
      links.set(name, link);
      const [oldest] = links.keys();
      if (links.size > linksMax && oldest !== undefined) links.delete(oldest);
      for (const reader of readers.get(name) ?? []) reader(link);
    },
    async read(name) {
      return links.get(name) ?? wait(name);
    },
  };
}
