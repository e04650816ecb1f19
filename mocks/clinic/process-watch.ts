// What a part that is a process of ours needs of the whole: to be ended with it, however it ends, and to be missed when it dies alone.
export interface ProcessWatch {
  /** Has it killed should the clinic die without ending it. */
  watch(pid: number): void;
  unwatch(pid: number): void;
  /** It died unbidden. */
  lost(name: string): void;
}
