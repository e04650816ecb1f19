// Asks, at a terminal, for what the flags did not say. An empty answer takes what stands in brackets.
import { createInterface } from 'node:readline/promises';

export interface Questions {
  /** Again until the answer is one that can be used; `problem` says why it is none. */
  ask(question: string, proposal: string, problem?: (answer: string) => string | null): Promise<string>;
  close(): void;
}

export function openQuestions(): Questions {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  return {
    async ask(question, proposal, problem = () => null) {
      for (;;) {
        const said = (await terminal.question(`${question}${proposal === '' ? '' : ` [${proposal}]`}: `)).trim();
        const answer = said === '' ? proposal : said;
        const wrong = problem(answer);
        if (wrong === null) return answer;
        process.stdout.write(`${wrong}\n`);
      }
    },
    close: () => terminal.close(),
  };
}
