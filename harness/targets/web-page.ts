// What a page leads to: addresses on it that look like a template (`/recordings/{id}/content`), wherever they stand, in a link, in a
// player or in an attribute for a script; and its next page. Safe inside k6.
import { Parser } from 'htmlparser2';
import { pageOf } from '../logins/page-forms.ts';

export interface Leading {
  /** As it stands on the page. */
  readonly url: string;
  /** What stands for the template's last `{…}`. */
  readonly id: string;
}

const lettersMax = 8_192;
const foundMax = 500;

/** In order, each address once. */
export function leadingTo(html: string, template: string): readonly Leading[] {
  const wanted = patternOf(template);
  const found = new Map<string, Leading>();
  readTags(html, (_, attributes) => {
    for (const url of Object.values(attributes)) {
      if (url.length > lettersMax || found.size >= foundMax) continue;
      const match = wanted.exec(url.trim());
      if (match) found.set(url.trim(), { url: url.trim(), id: match.slice(1).at(-1) ?? '' });
    }
  });
  return [...found.values()];
}

/** Where `<a rel="next">` or `<link rel="next">` leads. */
export function nextOf(html: string): string | undefined {
  let next: string | undefined;
  readTags(html, (tag, { rel = '', href }) => {
    if ((tag === 'a' || tag === 'link') && rel.toLowerCase().split(/\s+/).includes('next')) next ??= href;
  });
  return next;
}

/** Whether it asks for a password: what is shown to who has no session, whatever its status says. */
export function asksToSignIn(html: string): boolean {
  let asks = false;
  readTags(html, (tag, { type = '' }) => {
    asks ||= tag === 'input' && type.toLowerCase() === 'password';
  });
  return asks;
}

/** The form that is sent to that place. */
export const formTo = (html: string, isThere: (action: string) => boolean) =>
  pageOf(html).forms.find(({ action }) => isThere(action));

type OnTag = (tag: string, attributes: Readonly<Record<string, string>>) => void;

function readTags(html: string, onopentag: OnTag): void {
  new Parser({ onopentag }).end(html);
}

/** On any host, with any query: the drill's list of hosts says where one may go. */
function patternOf(template: string): RegExp {
  const path = template
    .split(/\{[^}]*\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('([^/?#]+)');
  return new RegExp(`^(?:https?://[^/?#]+)?${path}(?:[?#].*)?$`);
}
