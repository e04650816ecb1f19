// The same adapter by a team that keeps its recordings under `public/`, and thought nobody would guess their addresses.
import { armadietto } from './armadietto.target.ts';

export const target = armadietto('public/clinic/recordings/');
