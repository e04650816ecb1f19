// A problem that the person at the command line can do something about: shown as its message alone, without a stack trace.
export class Problem extends Error {
  override name = 'Problem';
}
