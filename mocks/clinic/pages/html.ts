// Text that becomes part of a page: all of it is escaped, for any of it may come from data.

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** What is markup already. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Value = string | number | Html | readonly Html[] | null;

function markupOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(({ markup }) => markup).join('\n');
  return escapeHtml(String(value));
}

/** A template of markup: strings put into it are escaped, markup is not, and null is nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => part + markupOf(values[index] ?? null)).join(''));
}

const londonTime = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'Europe/London',
});

/** As a person in London would write it. */
export const momentText = (iso: string): string => londonTime.format(new Date(iso));

const words: Readonly<Record<string, string>> = {
  video: 'Video',
  phone: 'Phone',
  'in-person': 'In person',
  booked: 'Booked',
  'in-call': 'In call',
  ended: 'Ended',
};

/** How a modality or a status is called on a page. */
export const wordFor = (value: string): string => words[value] ?? value;
