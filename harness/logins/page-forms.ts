// The forms of a page, each with what a browser would send if nobody touched it, and the page's meta tags. Safe inside k6.
import { Parser } from 'htmlparser2';

export interface PageForm {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  /** What is sent along untouched, in order: hidden inputs, what is filled in or chosen already. */
  readonly filled: readonly (readonly [name: string, value: string])[];
  /** Names of all that can be filled in, chosen or pressed. */
  readonly names: ReadonlySet<string>;
  /** Name and value of the buttons; the first is the one that Enter presses. */
  readonly buttons: readonly (readonly [name: string, value: string])[];
  /** Nobody is asked anything: a script submits it. */
  readonly isHidden: boolean;
}

export interface Page {
  readonly forms: readonly PageForm[];
  readonly metas: ReadonlyMap<string, string>;
}

type Attributes = Readonly<Record<string, string>>;
type FormBeingRead = {
  -readonly [Key in keyof PageForm]: PageForm[Key] extends readonly (infer Item)[] ? Item[] : PageForm[Key];
} & { names: Set<string> };

const pressed = new Set(['submit', 'image']);
const untouched = new Set(['button', 'reset', 'file']);

export function pageOf(html: string): Page {
  const forms: FormBeingRead[] = [];
  const metas = new Map<string, string>();
  let form: FormBeingRead | undefined;
  let chooser: { readonly name: string; first?: string; chosen?: string } | undefined;
  let text: { readonly name: string; value: string } | undefined;
  const parser = new Parser({
    onopentag(tag, attributes) {
      if (tag === 'form') {
        form = newForm(attributes);
        forms.push(form);
      } else if (tag === 'meta') takeMeta(metas, attributes);
      else if (form === undefined) return;
      else if (tag === 'input') takeInput(form, attributes);
      else if (tag === 'button') takeButton(form, attributes, attributes.type ?? 'submit');
      else if (tag === 'select') chooser = { name: attributes.name ?? '' };
      else if (tag === 'option' && chooser) {
        chooser.first ??= attributes.value ?? '';
        if ('selected' in attributes) chooser.chosen = attributes.value ?? '';
      } else if (tag === 'textarea') text = { name: attributes.name ?? '', value: '' };
    },
    ontext(written) {
      if (text) text.value += written;
    },
    onclosetag(tag) {
      if (tag === 'form') form = undefined;
      if (tag === 'select' && chooser) {
        take(form, chooser.name, chooser.chosen ?? chooser.first);
        chooser = undefined;
      }
      if (tag === 'textarea' && text) {
        take(form, text.name, text.value);
        text = undefined;
      }
    },
  });
  parser.end(html);
  return { forms, metas };
}

function newForm({ action = '', method = 'get' }: Attributes): FormBeingRead {
  const verb = method.toLowerCase() === 'post' ? 'POST' : 'GET';
  return { action, method: verb, filled: [], names: new Set(), buttons: [], isHidden: true };
}

function takeMeta(metas: Map<string, string>, { name, content }: Attributes): void {
  if (name !== undefined && content !== undefined) metas.set(name, content);
}

function takeInput(form: FormBeingRead, attributes: Attributes): void {
  const type = (attributes.type ?? 'text').toLowerCase();
  if ('disabled' in attributes || untouched.has(type)) return;
  if (pressed.has(type)) {
    takeButton(form, attributes, type);
    return;
  }
  if (type !== 'hidden') form.isHidden = false;
  const isChoice = type === 'checkbox' || type === 'radio';
  const isChosen = !isChoice || 'checked' in attributes;
  take(form, attributes.name ?? '', isChosen ? (attributes.value ?? (isChoice ? 'on' : '')) : undefined);
}

function takeButton(form: FormBeingRead, attributes: Attributes, type: string): void {
  const { name, value = '' } = attributes;
  if (!pressed.has(type.toLowerCase()) || name === undefined || 'disabled' in attributes) return;
  form.buttons.push([name, value]);
  form.names.add(name);
}

function take(form: FormBeingRead | undefined, name: string, value: string | undefined): void {
  if (form === undefined || name === '') return;
  form.names.add(name);
  if (value !== undefined) form.filled.push([name, value]);
}
