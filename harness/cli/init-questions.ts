// Asks, at a terminal, for what the flags did not say. An empty answer takes what stands in brackets; Ctrl-C and Ctrl-D end it all.
import { createInterface } from 'node:readline/promises';
import { Problem } from './problem.ts';

export interface Questions {
  /** Again until the answer is one that can be used; `problem` says why it is none. */
  ask(question: string, proposal: string, problem?: (answer: string) => string | null): Promise<string>;
  close(): void;
}

export function openQuestions(
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stdout,
): Questions {
  const terminal = createInterface({ input, output });
  const left = new AbortController();
  terminal.once('SIGINT', () => terminal.close());
  terminal.once('close', () => left.abort());
  const answerTo = async (question: string): Promise<string> => {
    try {
      return (await terminal.question(question, { signal: left.signal })).trim();
    } catch {
      output.write('\n');
      throw new Problem('no answer; nothing was written. All questions have flags, too: --help names them');
    }
  };
  return {
    async ask(question, proposal, problem = () => null) {
      for (;;) {
        const said = await answerTo(`${question}${proposal === '' ? '' : ` [${proposal}]`}: `);
        const answer = said === '' ? proposal : said;
        const wrong = problem(answer);
        if (wrong === null) return answer;
        output.write(`${wrong}\n`);
      }
    },
    close: () => terminal.close(),
  };
}
