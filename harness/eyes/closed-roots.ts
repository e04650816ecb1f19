// Canaries in closed shadow roots, into which scripts can't look. Chromium's DevTools can; of other browsers what stands there
// is seen in the pixels only.
import type { CDPSession, Frame } from '@playwright/test';
import { canariesIn } from './found.ts';
import { type Glance, inFrame } from './glance.ts';
import { frameCharsMax } from './page-text.ts';
import { readable } from './readable.ts';
import type { Sight } from './sight.ts';

/** Of DevTools' `DOM.Node`, what is read here. */
interface Node {
  readonly localName?: string;
  readonly nodeValue?: string;
  readonly attributes?: readonly string[];
  readonly shadowRootType?: string;
  readonly children?: readonly Node[];
  readonly shadowRoots?: readonly Node[];
  readonly contentDocument?: Node;
}

interface ClosedRoot {
  readonly host: string;
  readonly text: string;
}

const nodesMax = 200_000;

export async function lookAtClosedRoots(glance: Glance): Promise<readonly Sight[]> {
  const context = glance.page.context();
  if (context.browser()?.browserType().name() !== 'chromium') return [];
  const sights: Sight[] = [];
  for (const { frame, name } of glance.frames) {
    const where = `closed shadow roots${inFrame({ frame, name })}`;
    const roots = await glance.attempt(where, () => closedRootsOf(glance, frame, name === null));
    for (const { host, text } of roots ?? []) {
      if (text.length > frameCharsMax)
        glance.problem(`${where}: only the first ${frameCharsMax} characters were looked at`);
      const { found } = await canariesIn(text.slice(0, frameCharsMax));
      for (const { canary, encoding } of found) {
        const place = `closed shadow root of <${readable(host)}>${inFrame({ frame, name })}`;
        sights.push({ canary, channel: 'text', place, element: host, encoding, frame: name });
      }
    }
  }
  return sights;
}

/** Frames of the main frame's process are part of its document there; of the others each has its own. */
async function closedRootsOf(glance: Glance, frame: Frame, main: boolean): Promise<readonly ClosedRoot[]> {
  const session = await sessionFor(glance, frame, main);
  if (session === null) return [];
  try {
    const { root } = (await session.send('DOM.getDocument', { depth: -1, pierce: true })) as { root: Node };
    return closedRootsIn(root);
  } finally {
    await session.detach().catch(() => {});
  }
}

async function sessionFor({ page }: Glance, frame: Frame, main: boolean): Promise<CDPSession | null> {
  if (main) return page.context().newCDPSession(page);
  return page
    .context()
    .newCDPSession(frame)
    .catch(() => null);
}

/** Without recursion: a page may nest deeper than a stack goes. */
function closedRootsIn(document: Node): readonly ClosedRoot[] {
  const roots: ClosedRoot[] = [];
  const waiting: { readonly node: Node; readonly host: string }[] = [{ node: document, host: '' }];
  for (let count = 0; count < nodesMax; count++) {
    const next = waiting.pop();
    if (next === undefined) break;
    const { node, host } = next;
    if (node.shadowRootType === 'closed') roots.push({ host, text: textIn(node) });
    else for (const inner of insideOf(node)) waiting.push({ node: inner, host: node.localName ?? '' });
  }
  return roots;
}

function textIn(root: Node): string {
  const pieces: string[] = [];
  const waiting: Node[] = [root];
  for (let count = 0; count < nodesMax; count++) {
    const node = waiting.pop();
    if (node === undefined) break;
    if (node.nodeValue) pieces.push(node.nodeValue);
    for (const value of node.attributes ?? []) pieces.push(value);
    for (const inner of insideOf(node)) waiting.push(inner);
  }
  return pieces.join('\n');
}

const insideOf = ({ children = [], shadowRoots = [], contentDocument }: Node): readonly Node[] => [
  ...children,
  ...shadowRoots,
  ...(contentDocument ? [contentDocument] : []),
];
