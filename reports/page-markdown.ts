// A document as Markdown, for tickets and wikis. Whatever stands in a text, it stays text: no markup, no link that makes itself.
import { type Block, type Field, type PageDocument, personMustMark, type Section } from './page.ts';
import { count, plain } from './text.ts';

const textCharsMax = 2_000;

export function pageMarkdown(document: PageDocument): string {
  const { title, source, notice, word, lead, summary, figures, sections } = document;
  const note = `> **${markdownText(notice)}**`;
  const parts = [
    `# ${markdownText(title)}`,
    note,
    `${markdownText(source)}`,
    `**${markdownText(word)}**: ${markdownText(lead)}`,
    ...summary.map(markdownText),
    ...(figures.length === 0
      ? []
      : [
          figures
            .map(({ name, value, words }) =>
              item(`**${markdownText(name)}**: ${markdownText(value)} ${markdownText(words)}`),
            )
            .join('\n'),
        ]),
    ...sections.flatMap(section),
    note,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Text as Markdown shows it literally. What begins a list, a heading or a rule at the start of a line is escaped as well. */
export function markdownText(text: string): string {
  return plain(text, textCharsMax)
    .replace(/[\\`*_[\]<>|~&#!$@{}]/g, (character) =>
      character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`,
    )
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^[-+=:]/, '\\$&');
}

const item = (text: string): string => `- ${text}`;

function section({ title, hint, blocks }: Section): string[] {
  return [`## ${markdownText(title)}`, markdownText(hint), ...blocks.map(block)];
}

function block(one: Block): string {
  switch (one.kind) {
    case 'text':
      return markdownText(one.text);
    case 'minor':
      return `### ${markdownText(one.text)}`;
    case 'list':
      return one.items.map((text) => item(markdownText(text))).join('\n');
    case 'facts':
      return one.facts.map(([name, value]) => item(`**${markdownText(name)}**: ${markdownText(value)}`)).join('\n');
    case 'fields':
      return one.fields.map(field).join('\n\n');
    case 'table':
      return table(one);
  }
}

function table({ head, rows, leftOut }: Extract<Block, { kind: 'table' }>): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(' | ')} |`;
  const lines = [row(head), `|${head.map(() => '---|').join('')}`, ...rows.map(row)];
  return [...lines, ...(leftOut > 0 ? ['', `${count(leftOut)} more are left out here.`] : [])].join('\n');
}

function field({ name, asks, known, personMust }: Field): string {
  return [
    `**${markdownText(name)}** ${markdownText(asks)}`,
    ...(known.length > 0 ? ['', ...known.map((text) => item(markdownText(text)))] : []),
    ...(personMust === null ? [] : ['', `> ✍ **${personMustMark}:** ${markdownText(personMust)}`]),
  ].join('\n');
}
