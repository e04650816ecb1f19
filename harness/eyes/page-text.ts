// Canaries in what the page says: the text of every frame (open shadow roots, templates, comments and form values with it) and
// its attributes. One string a frame is scanned; only where a canary is found is the page asked which element has it.
import { z } from 'zod';
import { canariesIn } from './found.ts';
import { type Glance, inFrame, inPage, type LookedFrame } from './glance.ts';
import { readable } from './readable.ts';
import type { Sight } from './sight.ts';

/** Of one frame, and once more as much for its attributes. */
export const frameCharsMax = 4_194_304;

const collected = z.object({ text: z.string().max(2 * frameCharsMax), cut: z.boolean() });

export const elementSchema = z
  .object({
    tag: z.string().max(200),
    box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullable(),
    attribute: z.string().optional(),
  })
  .nullable();
type Element = z.infer<typeof elementSchema>;

const asking = {
  text: { collect: 'collectText', locate: 'locateText' },
  attribute: { collect: 'collectAttributes', locate: 'locateAttribute' },
} as const;

/** `null`: no frame could be asked. */
export async function lookAtWords(glance: Glance, channel: 'text' | 'attribute'): Promise<readonly Sight[] | null> {
  const sights = await Promise.all(glance.frames.map((frame) => wordsOf(glance, frame, channel)));
  const seen = sights.filter((each) => each !== null);
  return seen.length === 0 ? null : seen.flat();
}

async function wordsOf(
  glance: Glance,
  looked: LookedFrame,
  channel: 'text' | 'attribute',
): Promise<readonly Sight[] | null> {
  const where = `${channel}${inFrame(looked)}`;
  const { collect, locate } = asking[channel];
  const said = await glance.attempt(where, () => inPage(looked.frame, collect, collected, { charsMax: frameCharsMax }));
  if (said === null) return null;
  if (said.cut) glance.problem(`${where}: only the first ${frameCharsMax} characters were looked at`);
  const { found, partial } = await canariesIn(said.text);
  if (partial) glance.problem(`${where}: something in it could not be opened`);
  const sights: Sight[] = [];
  for (const { canary, encoding, needle } of found) {
    const element = await glance.attempt(`place of a sight in ${where}`, () =>
      inPage(looked.frame, locate, elementSchema, { needle }),
    );
    sights.push({
      canary,
      channel,
      place: placeOf(element, channel) + inFrame(looked),
      element: element?.tag ?? null,
      encoding,
      frame: looked.name,
      ...(element?.box && looked.name === null && { box: element.box }),
    });
  }
  return sights;
}

export function placeOf(element: Element, channel: string): string {
  if (element === null) return channel;
  const tag = `<${readable(element.tag)}>`;
  const what = element.attribute === undefined ? tag : `${readable(element.attribute)} of ${tag}`;
  if (element.box === null) return `${what}, not visible`;
  const [x, y, width, height] = [element.box.x, element.box.y, element.box.width, element.box.height].map(Math.round);
  return `${what} at ${x},${y} (${width}x${height})`;
}
