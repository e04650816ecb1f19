// What an adapter's action leaves behind for the next ones, looked at before it is used: links to play are texts. Safe inside k6.
import type { ActionResult, SessionContext } from '../targets/target.ts';
import { shapeOf } from './blame.ts';

/** Links kept of one list, and letters of one link. */
const playableMax = 200;
const linkLettersMax = 8_192;

/** The result as it is. Throws a TypeError where `session.playable` was given what can't be played, which is then taken away. */
export function whatItLeft(session: SessionContext, result: ActionResult): ActionResult {
  const { playable } = session;
  const isLink = (link: unknown): boolean => typeof link === 'string' && link.length <= linkLettersMax;
  if (!Array.isArray(playable) || !playable.every(isLink)) {
    session.playable = [];
    const kinds = Array.isArray(playable)
      ? [...new Set(playable.map(shapeOf))].slice(0, 3).join(', ')
      : shapeOf(playable);
    throw new TypeError(
      `the action set session.playable to ${Array.isArray(playable) ? `a list of ${kinds}` : kinds}; it must be a list of links as the target gave them, texts of at most ${linkLettersMax} letters`,
    );
  }
  if (playable.length > playableMax) session.playable = playable.slice(0, playableMax);
  return result;
}
