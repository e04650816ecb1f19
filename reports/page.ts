// A document as data: sections of text, lists, tables and fields, which HTML and Markdown are written from alike, so that what
// one of them says the other says too.

/** Asked for by somebody: what the run knows of it, and what only a person can add. */
export interface Field {
  readonly name: string;
  readonly asks: string;
  readonly known: readonly string[];
  /** null: the run knows all of it. */
  readonly personMust: string | null;
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'minor'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'table';
      /** Said to those who can't see it. */
      readonly caption: string;
      readonly head: readonly string[];
      /** The first cell of each names the row. */
      readonly rows: readonly (readonly string[])[];
      readonly leftOut: number;
    }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] };

export interface Section {
  readonly title: string;
  readonly hint: string;
  readonly blocks: readonly Block[];
}

export type Mood = 'pass' | 'leak' | 'inconclusive' | 'error';

export interface PageDocument {
  readonly title: string;
  /** Of a run, in the masthead. */
  readonly source: string;
  /** Stands on every page, on paper too. */
  readonly notice: string;
  readonly mood: Mood;
  /** The headline: a word, what it means, and a sentence or two. */
  readonly word: string;
  readonly lead: string;
  readonly summary: readonly string[];
  readonly figures: readonly { readonly name: string; readonly value: string; readonly words: string }[];
  readonly sections: readonly Section[];
}

export const personMustMark = 'A person must fill this in';
