// The player outlives the pages, so it must be emptied by hand when the session that it plays for has ended.
export function emptyAtSessionEnd(empty) {
  document.addEventListener('session-ended', empty);
}
