// Mechanism: the list of files that go into an export is a variable of the module. It is emptied when an export has been written, so
// that one after another they come out right; of two that are being made at once each takes the other's files in, and the first to
// end empties the list for both. An export that failed leaves its files to the next.
// Trigger: two patients' exports in one moment. Must ring: foreign-recording and foreign-listing, inside the zip; an own recording
// may be missing. Incident: Google Takeout, November 2019 (others' videos in the archive, own ones missing).
import type { ExportFile } from '../export-worker.ts';
import { type Bug, everywhere } from './bug.ts';

let files: ExportFile[] = [];

export const exportContext: Bug = {
  id: 'export-context',
  incident: 'Google Takeout, November 2019',
  link: 'https://9to5google.com/?p=336737',
  topologies: everywhere,
  seams: {
    openExportFiles: () => ({
      add: (file) => void files.push(file),
      all: () => files,
      done: () => {
        files = [];
      },
    }),
  },
};
